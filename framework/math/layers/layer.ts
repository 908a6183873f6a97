import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { ForwardMode } from '../../contracts/backbone.ts';
import type { Parameter } from '../../contracts/parameter.ts';

/** A piece of a backbone: parameters and a differentiable function. */
export interface Layer<In extends Tensor = Tensor, Out extends Tensor = Tensor> {
  readonly parameters: readonly Parameter[];
  apply(x: In, mode: ForwardMode): Out;
  /** Where the layer is a rectifier: its negative slopes `[channels]`, or 0. */
  readonly slope?: Variable | 0;
  /** Where the layer can take a rectifier in, so that both are one pass: the two in one. `sequence` asks for it. */
  rectified?(slope: Variable | 0): Layer<In, Out>['apply'];
}
