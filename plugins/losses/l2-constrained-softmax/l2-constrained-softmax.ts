import { tf, withoutGradient, z } from 'ablate-ml';
import {
  classificationOptions,
  type ClassificationOptionsOf,
  classificationLoss,
  rowNorms,
  type ClassificationLoss,
} from 'ablate-ml/losses';

export const options = z.strictObject({
  alpha: z
    .number()
    .positive('alpha is the norm that embeddings are given and must be greater than 0')
    .default(16)
    .describe('α: norm that every embedding is given'),
  ...classificationOptions,
});

/** Options of the L2-constrained softmax. */
export type L2ConstrainedSoftmaxOptions = ClassificationOptionsOf<z.output<typeof options>>;

/**
 * Makes L2-constrained softmax (Ranjan, Castillo, Chellappa, 2017, eq. 3): logits (α x/‖x‖) W + b, the class weights as
 * they are.
 */
export function l2ConstrainedSoftmax(options: L2ConstrainedSoftmaxOptions): ClassificationLoss {
  return classificationLoss(({ product, bias }, { embedding }) => {
    const norm = rowNorms(embedding);
    // A row of zeros stays one: its product is 0 already.
    const divisor = tf.where(
      withoutGradient(() => tf.greater(norm, 0)),
      norm,
      tf.onesLike(norm),
    );
    const logits: tf.Tensor2D = tf.mul(product!, tf.expandDims(tf.div(options.alpha, divisor), 1));
    return bias ? tf.add(logits, bias) : logits;
  }, options);
}
