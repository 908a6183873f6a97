import type { RankPlace, Ranks } from './ranks.ts';

/** Devices, best first: the order in which `auto` tries them. */
export const deviceNames = ['tensorflow-gpu', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const;

/** A device that a run can name. */
export type DeviceName = (typeof deviceNames)[number];

/** What a run asks of its device. */
export interface DeviceOptions {
  /**
   * Threads of one operation; the processors that this process may use where it is left out. Only the native library
   * has threads.
   */
  readonly threads?: number;
  /**
   * Whether a GPU that is imitated on the processor will do: where it is named it does (and is when this is left out),
   * but `auto` passes it over.
   */
  readonly software?: boolean;
  /** This process's place among those of one run; the run's only one where it is left out. */
  readonly place?: RankPlace | undefined;
}

/** The device in use, as a run records it: with the seed, these decide the bits of its metrics. */
export interface Device {
  readonly name: DeviceName;
  /** One line for people, e.g. `TensorFlow 2.21.0 through tfjs-node 4.22.0, 2 threads`. */
  readonly description: string;
  /** Version of the library that computes. */
  readonly version: string;
  /** Threads pinned before the library was loaded; 1 where it has none. */
  readonly threads: number;
  readonly gpu: boolean;
  /** The processes of the run that this one belongs to; absent where it is the only one. */
  readonly ranks?: Ranks;
}
