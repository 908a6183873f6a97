import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { Loss } from '../../contracts/loss.ts';

/** How much the images of each class count in a classification loss, by the class's number n of training images. */
export const classWeighting = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('inverse'),
    power: z.number().min(0).max(4).default(1).describe('n^−power: 1 for the inverse number, 0.5 for its root'),
  }),
  z.strictObject({
    by: z.literal('effective-number'),
    beta: z.number().min(0).lt(1, 'beta must stay below 1').default(0.9999).describe('(1 − β) / (1 − βⁿ)'),
  }),
]);

/** What `classWeighting` gives. */
export type ClassWeighting = z.output<typeof classWeighting>;

/**
 * Computes the weight of each class, on average 1 over the classes that have images (Cui et al., CVPR 2019, section 3.3
 * and eq. 8, who normalize them to sum up to the number of classes); 0 for a class without.
 *
 * @param sizes training images of each class
 */
export function classWeights(weighting: ClassWeighting, sizes: Int32Array): Float32Array {
  const weigh = (size: number): number =>
    weighting.by === 'inverse' ? size ** -weighting.power : (1 - weighting.beta) / (1 - weighting.beta ** size);
  const weights = Float64Array.from(sizes, (size) => (size > 0 ? weigh(size) : 0));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const classes = sizes.reduce((count, size) => count + Number(size > 0), 0);
  return Float32Array.from(weights, (weight) => (weight * classes) / sum);
}

/**
 * Wraps a loss so that each image's cross-entropy is weighed by its class: `input.rowWeights`. What else the loss adds
 * stays as it is.
 */
export function weighedByClass(loss: Loss, weights: Float32Array): Loss {
  return {
    parameters: loss.parameters,
    forward: (input) => loss.forward({ ...input, rowWeights: tf.gather(tf.tensor1d(weights), input.labels) }),
    ...(loss.logits && { logits: (input) => loss.logits!(input) }),
    ...(loss.update && { update: (input) => loss.update!(input) }),
  };
}
