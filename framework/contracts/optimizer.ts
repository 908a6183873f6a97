import type { Tensor } from '@tensorflow/tfjs';
import type { Parameter } from './parameter.ts';

/** A trainable parameter with its gradient, in the variable's shape. */
export interface GradientUpdate {
  readonly parameter: Parameter;
  readonly gradient: Tensor;
}

/** Changes parameters by their gradients. */
export interface Optimizer {
  /** Makes the slots of these parameters (momentum and the like), mostly zero. Called once, before the first step. */
  prepare(parameters: readonly Parameter[]): void;
  /** The slots, as state that a checkpoint keeps; names are `<parameter>/<slot>`. Empty before `prepare`. */
  readonly slots: readonly Parameter[];
  /**
   * One step. `rate` is the schedule's learning rate (an update multiplies it by its group's `rateMultiple`); `step`
   * counts from 0 and serves bias correction. The gradients stay the caller's.
   */
  apply(updates: readonly GradientUpdate[], rate: number, step: number): void;
  /**
   * Moves the parameters to where the gradients shall be taken, by their gradients where they are. The engine then
   * computes gradients there and gives these to `apply`, which begins by moving back.
   */
  perturb?(updates: readonly GradientUpdate[]): void;
  /**
   * Brings a parameter that holds some rows of a class table, and its slots, to where `apply` with gradients of 0 would
   * have: row r through its last `missed[r]` steps. `rates` are the schedule's, the latest first, as many as the most
   * missed. Runs inside
   * `tf.tidy`. Left out where that cannot be told; `unsampled: decayed` is then refused.
   */
  catchUp?(parameter: Parameter, missed: Int32Array, rates: readonly number[]): void;
}
