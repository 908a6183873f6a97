import * as tf from '@tensorflow/tfjs';
import type { Layer } from './layer.ts';
import { padded } from './padded.ts';

/**
 * Makes the layer of the mean over windows of `size` pixels every `stride` pixels; the `pad` rows and columns of zeros
 * count, as PyTorch's.
 */
export function averagePool(size: number, stride: number, pad = 0): Layer<tf.Tensor4D, tf.Tensor4D> {
  return { parameters: [], apply: (x) => tf.avgPool(padded(x, pad), size, stride, 'valid') };
}
