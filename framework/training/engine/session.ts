import type { Backbone } from '../../contracts/backbone.ts';
import type { Dataset, Split } from '../../contracts/dataset.ts';
import type { Evaluator } from '../../contracts/evaluator.ts';
import type { PostProcessor } from '../../contracts/post-processor.ts';
import type { Head } from '../../contracts/head.ts';
import type { Loss, LossNeeds } from '../../contracts/loss.ts';
import type { Optimizer } from '../../contracts/optimizer.ts';
import type { Parameter } from '../../contracts/parameter.ts';
import type { Ranks } from '../../contracts/ranks.ts';
import type { Sampler } from '../../contracts/sampler.ts';
import type { Schedule } from '../../contracts/schedule.ts';
import type { Mixer } from './mixer.ts';
import type { Clock } from './clock.ts';
import type { WeightAverage } from './weight-average.ts';

/** A loss in its place of the sum. */
export interface WeightedLoss {
  /** Name in logs: the plugin's, with its position where the list has it twice (`triplet`, `triplet-2`). */
  readonly name: string;
  readonly loss: Loss;
  readonly needs: LossNeeds;
  /** Factor at the clock's step. */
  weight(): number;
}

/** The trainable parameters that one optimizer serves. */
export interface OptimizedGroup {
  readonly optimizer: Optimizer;
  readonly parameters: readonly Parameter[];
  /** The first step that trains them: 0, or later where they are frozen until then. Their optimizer counts from it. */
  readonly since: number;
}

/** One run, composed: what the engine trains. */
export interface Session {
  readonly seed: number;
  readonly dataset: Dataset;
  readonly train: Split;
  readonly sampler: Sampler;
  readonly backbone: Backbone;
  readonly head: Head | undefined;
  readonly losses: readonly WeightedLoss[];
  readonly groups: readonly OptimizedGroup[];
  readonly schedule: Schedule;
  /** Views of each image in training. */
  readonly views: number;
  /** Mixes the images of a batch; absent where they stay as they are. */
  readonly mixer?: Mixer | undefined;
  readonly evaluators: readonly {
    readonly name: string;
    readonly evaluator: Evaluator;
    /** What it has embeddings go through, fitted at each evaluation; absent where that is nothing. */
    readonly after?: readonly PostProcessor[];
  }[];
  readonly clock: Clock;
  /** The processes that the batches are shared out to; absent where this one computes them whole. */
  readonly ranks?: Ranks | undefined;
  /** Whether batch normalization takes the statistics of all ranks. */
  readonly syncBatchNorm?: boolean | undefined;
  /** The step from which on nothing is frozen that is ever trained. */
  readonly thawed: number;
  /** Averages of the weights, where `train.average` asks for them. */
  readonly average?: WeightAverage | undefined;
  /** Every parameter of every component and every optimizer slot, by qualified name: what a checkpoint holds. */
  readonly parameters: readonly Parameter[];
  /** Disposes all variables and closes the data set. */
  close(): Promise<void>;
}
