import type { Curve, OperatingPoints } from './evaluator.ts';

/** Tells that a run begins, or goes on. */
export interface StartedEvent {
  readonly type: 'started';
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** Training steps of the whole run. */
  readonly steps: number;
  /** Images a batch. */
  readonly batch: number;
  /** Steps that the checkpoint has behind it; 0 for a fresh run. */
  readonly resumedAtStep: number;
  /** Numbers in all trainable parameters together. */
  readonly parameters: number;
  /** What computes: `tensorflow`, `wasm`, … */
  readonly device: string;
  readonly imageShape?: readonly [height: number, width: number, channels: number];
  /** Columns of the embedding. */
  readonly dim?: number;
  /** Training classes. */
  readonly classes: number;
  /** Training images. */
  readonly images: number;
  readonly dataset: { readonly name: string; readonly digest: string; readonly source: string };
}

/** Tells one training step's numbers. */
export interface StepEvent {
  readonly type: 'step';
  /** From 0. */
  readonly step: number;
  /** The epoch that the step belongs to, from 0. */
  readonly epoch: number;
  /** The weighted sum that was minimized. */
  readonly loss: number;
  /** `softmax`, `center`, … unweighted, and each loss's own parts as `magface/magnitude`. */
  readonly parts: Readonly<Record<string, number>>;
  /** Learning rate. */
  readonly rate: number;
  /** Time that the step took, without waiting for its batch. */
  readonly milliseconds: number;
  /** Images of its batch. */
  readonly images: number;
}

/** Tells that an epoch has ended. */
export interface EpochEvent {
  readonly type: 'epoch';
  /** Epochs done. */
  readonly epoch: number;
  /** Steps done. */
  readonly step: number;
  /** Loss and parts, as means over the epoch's images. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Tells what evaluation found on one role: after an epoch on `validation`, at the end on `test`. */
export interface EvaluatedEvent {
  readonly type: 'evaluated';
  readonly role: string;
  /** Epochs done. */
  readonly epoch: number;
  /** Steps done. */
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Metric → its confidence interval. */
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
  readonly curves: Readonly<Record<string, Curve>>;
  /** Thresholds by protocol; absent where no evaluator has any. */
  readonly operatingPoints?: Readonly<Record<string, OperatingPoints>>;
}

/** Tells that a checkpoint lies safely on the disk. */
export interface CheckpointedEvent {
  readonly type: 'checkpointed';
  /** Steps done. */
  readonly step: number;
  /** Epochs done, with the part of the one under way. */
  readonly epoch: number;
  /** Name below the run's folder. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Tells that a figure was drawn. */
export interface FigureEvent {
  readonly type: 'figure';
  /** With its folder below `figures/` where it was drawn during training. */
  readonly name: string;
  readonly files: readonly string[];
  /** Where training stood; absent at the end. */
  readonly step?: number;
}

/** Tells what the machine is doing: memory, processors, graphics card. */
export interface SystemEvent {
  readonly type: 'system';
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Tells that the test set was opened, for a run that may do so once. */
export interface OpenedEvent {
  readonly type: 'opened';
  readonly role: string;
  readonly step: number;
}

/** Tells the person something that does not end the run. */
export interface WarningEvent {
  readonly type: 'warning';
  readonly message: string;
  /** `note` of what is as it should be in many runs and is worth knowing all the same. */
  readonly level?: 'note';
}

/** Tells that a run has ended, and how. */
export interface EndedEvent {
  readonly type: 'ended';
  readonly status: RunStatus;
  /** Steps done. */
  readonly step: number;
  /** Of a failed run. */
  readonly error?: RunError;
}

/** What the engine says of a run, in order. Plain JSON; times are added by the journal. */
export type RunEvent =
  | StartedEvent
  | StepEvent
  | EpochEvent
  | EvaluatedEvent
  | CheckpointedEvent
  | FigureEvent
  | SystemEvent
  | OpenedEvent
  | WarningEvent
  | EndedEvent;

/** Why a run failed. */
export interface RunError {
  readonly code: string;
  readonly message: string;
  /** Where it arose, of a fault of a plugin or of Ablate itself. */
  readonly stack?: string;
}

/** How a run ended. */
export type RunStatus = 'finished' | 'failed' | 'interrupted';

/** Takes events as they happen; must not throw. */
export type RunListener = (event: RunEvent) => void;
