import * as tf from '@tensorflow/tfjs';
import type { Layer } from './layer.ts';

/** Rectifier: the positive part. */
export function relu(): Layer {
  return { parameters: [], apply: (x) => tf.relu(x) };
}
