import type { Variable } from '@tensorflow/tfjs';
import type { ClassTable } from './class-table.ts';

/** How a set of parameters is optimised where it differs from the run's optimiser. */
export interface ParameterGroup {
  /** The learning rate of these parameters is the schedule's rate times this. */
  readonly rateMultiple?: number;
  /** Weight decay coefficient of these parameters, instead of the optimiser's own. */
  readonly weightDecay?: number;
  /** Optimiser plugin and its options, instead of the run's: `{ sgd: { momentum: 0 } }`. */
  readonly optimizer?: Readonly<Record<string, unknown>>;
}

/**
 * One named tensor of a component that a checkpoint keeps: a weight that the optimiser trains, or state
 * (running statistics, centres, a queue) that only the component itself changes.
 */
export interface Parameter {
  /** Unique within its component, parts joined by `/`: `stage1/convolution1/kernel`. */
  readonly name: string;
  /** The value; owned and disposed by the component. float32 or int32. */
  readonly variable: Variable;
  /** True where gradients and the optimiser change it; false for state. */
  readonly trainable: boolean;
  /** Whether weight decay applies: true for kernels and class weights, false for biases, slopes and normalisation. */
  readonly weightDecay: boolean;
  /** Set where these parameters are optimised in another way than the rest. */
  readonly group?: ParameterGroup;
  /** Set where `variable` holds only the rows of a class table that the step at hand uses. */
  readonly rows?: RowsInPlay;
}

/**
 * The rows of a class table that a step uses. The forward pass brings them into a variable, the optimiser changes that,
 * and
 * `putBack` writes them home. What an optimiser keeps by the row (momentum) is a table too, whose rows travel along.
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
  /** Classes of the rows in play, all different; empty before the first forward pass. */
  readonly classes: Int32Array;
  /** Writes the rows in play, and those that travel along, home. */
  putBack(): void;
  /** Frees the table and the rows in play. */
  dispose(): void;
}
