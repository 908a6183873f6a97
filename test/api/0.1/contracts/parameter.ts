import type { Variable } from '@tensorflow/tfjs';

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
}
