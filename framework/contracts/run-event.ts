import type { Curve } from './evaluator.ts';

/** What the engine says of a run, in order. Plain JSON; times are added by the journal. */
export type RunEvent =
  | {
      readonly type: 'started';
      readonly epochs: number;
      readonly stepsPerEpoch: number;
      readonly steps: number;
      readonly batch: number;
      readonly resumedAtStep: number;
      readonly parameters: number;
      readonly device: string;
      readonly imageShape?: readonly [height: number, width: number, channels: number];
      readonly dim?: number;
      readonly classes: number;
      readonly images: number;
      readonly dataset: { readonly name: string; readonly digest: string; readonly source: string };
    }
  | {
      readonly type: 'step';
      readonly step: number;
      readonly epoch: number;
      readonly loss: number;
      readonly parts: Readonly<Record<string, number>>;
      readonly rate: number;
      readonly milliseconds: number;
      readonly images: number;
    }
  | {
      readonly type: 'epoch';
      readonly epoch: number;
      readonly step: number;
      readonly metrics: Readonly<Record<string, number>>;
      readonly seconds: number;
    }
  | {
      readonly type: 'evaluated';
      readonly role: string;
      readonly epoch: number;
      readonly step: number;
      readonly metrics: Readonly<Record<string, number>>;
      readonly intervals: Readonly<Record<string, readonly [number, number]>>;
      readonly curves: Readonly<Record<string, Curve>>;
    }
  | {
      readonly type: 'checkpointed';
      readonly step: number;
      readonly epoch: number;
      readonly file: string;
      readonly bytes: number;
      readonly sha256: string;
    }
  | {
      readonly type: 'figure' /** With its folder below `figures/` where it was drawn during training. */;
      readonly name: string;
      readonly files: readonly string[] /** Where training stood; absent at the end. */;
      readonly step?: number;
    }
  | { readonly type: 'system'; readonly step: number; readonly metrics: Readonly<Record<string, number>> }
  /** The test set was opened, for a run that may do so once. */
  | { readonly type: 'opened'; readonly role: string; readonly step: number }
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'ended'; readonly status: RunStatus; readonly step: number; readonly error?: RunError };

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
