import type * as tf from '@tensorflow/tfjs';
import { ops } from '../ops/ops.ts';
import type { Layer } from './layer.ts';
import { padded } from './padded.ts';

/**
 * Makes the layer of the maximum over windows of `size` pixels every `stride` pixels.
 *
 * @param pad rows and columns of zeros put around `x` first: use it behind a rectifier only
 */
export function maxPool(size: number, stride: number, pad = 0): Layer<tf.Tensor4D, tf.Tensor4D> {
  return { parameters: [], apply: (x) => ops.maxPool(padded(x, pad), size, stride, 'valid') };
}
