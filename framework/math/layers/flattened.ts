import * as tf from '@tensorflow/tfjs';
import type { Layer } from './layer.ts';

/** Lays each row's features flat: `[batch, …]` to `[batch, features]`. */
export const flattened = (features: number): Layer => ({
  parameters: [],
  apply: (x) => tf.reshape(x, [-1, features]),
});
