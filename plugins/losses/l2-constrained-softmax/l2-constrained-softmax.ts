import { classificationLoss, rowNorms, tf, withoutGradient, type ClassificationLoss } from 'ablate-ml';

/** Options of the L2-constrained softmax. */
export interface L2ConstrainedSoftmaxOptions {
  /** α, the norm that every embedding is given. */
  readonly alpha: number;
}

/**
 * L2-constrained softmax (Ranjan, Castillo, Chellappa, 2017, eq. 3): logits (α x/‖x‖) W + b, the class weights as they
 * are.
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
  });
}
