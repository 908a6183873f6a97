import type { Tensor } from '@tensorflow/tfjs';
import type { ForwardMode } from '../contracts/backbone.ts';
import type { Parameter } from '../contracts/parameter.ts';

/** A piece of a backbone: parameters and a differentiable function. */
export interface Layer<In extends Tensor = Tensor, Out extends Tensor = Tensor> {
  readonly parameters: readonly Parameter[];
  apply(x: In, mode: ForwardMode): Out;
}
