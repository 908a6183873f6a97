import type * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../contracts/parameter.ts';
import { ops } from '../ops/ops.ts';
import type { Layer } from './layer.ts';

/** A layer of a kernel's product and a bias on top of it. */
export function withBias<In extends tf.Tensor, Out extends tf.Tensor>(kernel: Parameter, bias: Parameter, product: (x: In) => Out): Layer<In, Out> {
  const { variable } = bias;
  return { parameters: [kernel, bias], biased: { product, bias: variable }, apply: (x) => ops.biasAdd(product(x), variable as tf.Tensor as tf.Tensor1D) };
}
