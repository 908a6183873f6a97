import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { cosineSimilarities } from './cosine-similarities.ts';
import { euclideanDistances } from './euclidean-distances.ts';
import { lpDistances } from './lp-distances.ts';
import { snrDistances } from './snr-distances.ts';
import { squaredDistances } from './squared-distances.ts';

/** The options by which a pair loss is told its distance, to be spread into a schema. */
export const distanceOptions = {
  distance: z
    .enum(['euclidean', 'squared', 'cosine', 'dot', 'lp', 'snr'])
    .default('euclidean')
    .describe(
      'D: the Euclidean distance, its square, 1 − cosine, minus the inner product, (Σ |a − b|^p)^(1/p), or var(b − a) / var(a)',
    ),
  p: z.number().min(1, 'p of a distance is at least 1').default(1).describe('p of `distance: lp`'),
};

/** What `distanceOptions` gives. */
export interface DistanceOptions {
  readonly distance: 'euclidean' | 'squared' | 'cosine' | 'dot' | 'lp' | 'snr';
  /** p of `lp`. */
  readonly p: number;
}

/**
 * Computes the distances that the options name between anchors `x [rows, dim]` and others `y [columns, dim]` → `[rows,
 * columns]`; those of `dot` may be negative, and those of `snr` are not symmetric.
 */
export function measuredDistances(x: tf.Tensor2D, y: tf.Tensor2D, { distance, p }: DistanceOptions): tf.Tensor2D {
  switch (distance) {
    case 'euclidean':
      return euclideanDistances(x, y);
    case 'squared':
      return squaredDistances(x, y);
    case 'cosine':
      return tf.sub(1, cosineSimilarities(x, y));
    case 'dot':
      return tf.neg(tf.matMul(x, y, false, true)) as tf.Tensor2D;
    case 'lp':
      return lpDistances(x, y, p);
    case 'snr':
      return snrDistances(x, y);
  }
}
