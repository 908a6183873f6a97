import type * as tf from '@tensorflow/tfjs';
import type { Ops } from './ops.ts';

/** PReLU of `x [..., channels]` with these negative slopes, ReLU where they are 0, and `x` itself where there are none. */
export function rectify<T extends tf.Tensor>(x: T, slope: tf.Tensor1D | 0 | undefined, { relu, prelu }: Pick<Ops, 'relu' | 'prelu'>): T {
  if (slope === undefined) return x;
  return slope === 0 ? relu(x) : prelu(x, slope);
}
