import type * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../../contracts/parameter.ts';
import { ops } from '../ops/ops.ts';
import type { Layer } from './layer.ts';

/** Makes a layer of a kernel's product and a bias on top of it. */
export function withBias<In extends tf.Tensor, Out extends tf.Tensor>(
  kernel: Parameter,
  bias: Parameter<tf.Rank.R1>,
  product: (x: In) => Out,
): Layer<In, Out> {
  const offset = bias.variable;
  const apply = (x: In): Out => ops.biasAdd(product(x), offset);
  return {
    parameters: [kernel, bias],
    apply,
    rectified: (slope) =>
      slope === 0
        ? (x) => ops.relu(apply(x))
        : (x) => ops.biasPrelu(product(x), offset, slope as tf.Tensor as tf.Tensor1D),
  };
}
