import { classificationLoss, tf, type ClassificationLoss } from 'ablate-ml';

/** Options of the normalized softmax. */
export interface NormalizedSoftmaxOptions {
  /** Scale of the cosines, the inverse of a temperature. */
  readonly s: number;
}

/** Normalized softmax, or NormFace (Wang et al., ACM MM 2017): logits s cosθ_j with both sides normalized. */
export function normalizedSoftmax(options: NormalizedSoftmaxOptions): ClassificationLoss {
  return classificationLoss(({ values }) => tf.mul(values, options.s));
}
