import type { RunEvent } from '../../contracts/run-event.ts';

/** How `run` runs a spec; what is left out is as `ablate run` has it. */
export interface RunSettings {
  /** Names of the spec's `profiles`, merged over it in their order, as `--profile` does. */
  readonly profiles?: readonly string[];
  /** Overrides by path: `{'losses.1.center.lambda': 0.01, seed: 3}`, as `--set` does. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Folder that experiments are kept in; `runs` in the working folder. */
  readonly out?: string;
  /** `tensorflow-gpu`, `tensorflow`, `webgpu`, `wasm`, `cpu` or `auto`, instead of the spec's. */
  readonly device?: string;
  /**
   * Processes that run side by side, one a GPU or a share of the processors, as `--workers` has it; runs one after
   * another in this process where it is left out.
   */
  readonly workers?: number | 'auto';
  /** Goes on with unfinished runs from their newest checkpoint. */
  readonly resume?: boolean;
  /** Starts over, whatever the run folders hold. */
  readonly fresh?: boolean;
  /**
   * Finished runs stay as they are although their data or their plugins have changed since; without it that is refused.
   */
  readonly keep?: boolean;
  /**
   * `false` begins a sweep without estimating first whether each of its runs fits into memory, as `--no-memory-check`
   * does.
   */
  readonly memoryCheck?: boolean;
  /** Runs plugins that the spec names and the project of the working folder does not list, as `--trust` does. */
  readonly trust?: boolean;
  /** Aborting it writes a checkpoint and stops. */
  readonly signal?: AbortSignal;
}

/** The run that an event is about. */
export interface RunOfEvent {
  /** Name of its folder. */
  readonly id: string;
  /** What distinguishes it from its siblings: `softmax + center · seed 2`. */
  readonly label: string;
  /** Matrix path → this run's value. */
  readonly point: Readonly<Record<string, unknown>>;
}

/** What happens as a spec is run: an event of one of its runs, or a note about none of them. Told apart by `type`. */
export type LibraryEvent =
  | (RunEvent & { readonly run: RunOfEvent })
  | { readonly type: 'note'; readonly message: string };
