import type { Rank, Variable } from '@tensorflow/tfjs';
import type { ClassTable } from './class-table.ts';

/** How a set of parameters is optimized where it differs from the run's optimizer. */
export interface ParameterGroup {
  /** The learning rate of these parameters is the schedule's rate times this. */
  readonly rateMultiple?: number;
  /** Weight decay coefficient of these parameters, instead of the optimizer's own. */
  readonly weightDecay?: number;
  /** Optimizer plugin and its options, instead of the run's: `{ sgd: { momentum: 0 } }`. */
  readonly optimizer?: Readonly<Record<string, unknown>>;
}

/**
 * One named tensor of a component that a checkpoint keeps: a weight that the optimizer trains, or state
 * (running statistics, centers, a queue) that only the component itself changes.
 */
export interface Parameter<R extends Rank = Rank> {
  /** Unique within its component, parts joined by `/`: `stage1/convolution1/kernel`. */
  readonly name: string;
  /** The value; owned and disposed by the component. float32 or int32. */
  readonly variable: Variable<R>;
  /** True where gradients and the optimizer change it; false for state. */
  readonly trainable: boolean;
  /** Whether weight decay applies: true for kernels and class weights, false for biases, slopes and normalization. */
  readonly weightDecay: boolean;
  /** Set where these parameters are optimized in another way than the rest. */
  readonly group?: ParameterGroup;
  /** Numbers of the layer's input that each of its outputs adds up; set where PyTorch's start weights go by it. */
  readonly fanIn?: number;
  /** Set where `variable` holds only the rows of a class table that the step at hand uses. */
  readonly rows?: RowsInPlay;
}

/**
 * The rows of a class table that a step uses. The forward pass brings them into a variable, the optimizer changes that,
 * and
 * `putBack` writes them home. What an optimizer keeps by the row (momentum) is a table too, whose rows travel along.
 */
export interface RowsInPlay {
  readonly table: ClassTable;
  /** Shape of the whole: `[classes, dim]`, or `[classes]` for a bias. */
  readonly shape: readonly number[];
  /** What becomes of the rows that a step leaves out: nothing, or what a gradient of 0 would do to them. */
  readonly unsampled: 'frozen' | 'decayed';
  /** From now on the rows of `table` come into `variable` and go home together with these. `table` is the caller's. */
  carry(variable: Variable, table: ClassTable): void;
  /** Calls `listener` whenever rows have come, before anything is computed from them. */
  onArrival(listener: (classes: Int32Array, step: number) => void): void;
  /** Classes of the active rows, all different; empty before the first forward pass. */
  readonly classes: Int32Array;
  /** Writes the active rows, and those that travel along, home. */
  putBack(): void;
  /** Frees the table and the active rows. */
  dispose(): void;
}
