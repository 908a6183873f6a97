import * as tf from '@tensorflow/tfjs';
import type { Layer } from './layer.ts';
import { parameterOf } from './parameter-of.ts';

/** Ways to make one row of an image's places: feature maps' pixels, or a transformer's patches. */
export const poolings = ['mean', 'max', 'mean+max', 'gem'] as const;

/** A way to make one row of an image's places. */
export type Pooling = (typeof poolings)[number];

/** Smallest value that generalized mean pooling takes (Radenović et al.'s code). */
const leastOfGem = 1e-6;

/**
 * Generalized mean, (1/n Σ max(x, ε)^p)^(1/p) over the places with one learned p, 3 at the start (Radenović, Tolias and
 * Chum, TPAMI 2019, eq. 3).
 */
function generalizedMean(name: string): Layer<tf.Tensor3D, tf.Tensor2D> {
  const exponent = parameterOf(`${name}/p`, tf.tensor1d([3]), 'offset');
  return {
    parameters: [exponent],
    apply(x) {
      const p = exponent.variable as tf.Tensor;
      // Powers as exponentials: a power's own gradient to its exponent is not known on every device.
      const powers = tf.exp(tf.mul(tf.log(tf.maximum(x, leastOfGem)), p));
      return tf.exp(tf.div(tf.log(tf.mean(powers, 1)), p)) as tf.Tensor2D;
    },
  };
}

/**
 * Pools the places of an image into one row: `[batch, places, channels]` → `[batch, channels]`. `mean+max` is the sum
 * of both, as Proxy-Anchor's and Multi-Similarity's released code have it.
 *
 * @param name of the layer, for what it learns
 */
export function placePooling(name: string, pooling: Pooling): Layer<tf.Tensor3D, tf.Tensor2D> {
  if (pooling === 'gem') return generalizedMean(name);
  const mean = (x: tf.Tensor3D): tf.Tensor2D => tf.mean(x, 1);
  const max = (x: tf.Tensor3D): tf.Tensor2D => tf.max(x, 1);
  const apply = { mean, max, 'mean+max': (x: tf.Tensor3D) => tf.add(mean(x), max(x)) as tf.Tensor2D }[pooling];
  return { parameters: [], apply };
}

/** Pools a feature map into one row: `[batch, height, width, channels]` → `[batch, channels]`. */
export function mapPooling(name: string, pooling: Pooling): Layer<tf.Tensor4D, tf.Tensor2D> {
  const pool = placePooling(name, pooling);
  return {
    parameters: pool.parameters,
    apply: (x, mode) => {
      // One reduction over both sides, the same to the bit as it was before there was a choice.
      if (pooling === 'mean') return tf.mean(x, [1, 2]);
      return pool.apply(tf.reshape(x, [-1, x.shape[1] * x.shape[2], x.shape[3]]), mode);
    },
  };
}
