import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { ForwardMode } from '../contracts/backbone.ts';
import type { Parameter } from '../contracts/parameter.ts';

/** A piece of a backbone: parameters and a differentiable function. */
export interface Layer<In extends Tensor = Tensor, Out extends Tensor = Tensor> {
  readonly parameters: readonly Parameter[];
  apply(x: In, mode: ForwardMode): Out;
  /** Where the layer ends with adding a bias: the layer without it, and the bias `[channels]`. `sequence` then adds it together with a rectifier behind. */
  readonly biased?: { product(x: In): Out; readonly bias: Variable };
  /** Where the layer is a PReLU: its negative slopes `[channels]`. */
  readonly slope?: Variable;
}
