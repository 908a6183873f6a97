import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import type { ClassContext } from '../../contracts/plugin.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';

/** The option of a margin loss by which each class has a margin of its own: a n^(−lambda) + b. */
export const classSizeMargin = z
  .strictObject({
    a: z.number().describe('a'),
    b: z.number().default(0).describe('b'),
    lambda: z
      .number()
      .min(0, 'lambda is the exponent of the class size and cannot be negative')
      .default(0.25)
      .describe('λ'),
  })
  .nullable()
  .default(null)
  .describe('a margin a n^(−λ) + b for a class of n training images, in place of m; null: m for all');

/** What `classSizeMargin` gives. */
export type ClassSizeMargin = z.output<typeof classSizeMargin>;

/**
 * Computes the margin of each row by its class's number of training images (Ha et al., 2020, arXiv 2010.05350; with
 * lambda 1/4 and b 0 LDAM, Cao et al., NeurIPS 2019, eq. 12): int32 `labels [batch]` → `[batch]`.
 *
 * @throws AblateError PLUGIN_INVALID where nobody has said how many images the classes have
 */
export function classSizeMargins(
  { a, b, lambda }: NonNullable<ClassSizeMargin>,
  labels: tf.Tensor1D,
  { classCounts }: Pick<ClassContext, 'classCounts'>,
): tf.Tensor1D {
  if (!classCounts)
    throw new AblateError(
      'PLUGIN_INVALID',
      'A margin by class size needs the number of training images of each class.',
      {
        remedy: 'Give the loss a context with classCounts, as a run does.',
      },
    );
  const margins = Float32Array.from(classCounts, (count) => a * Math.max(1, count) ** -lambda + b);
  return tf.gather(tf.tensor1d(margins), labels);
}
