import { classificationLoss, tf, type ClassificationLoss } from 'ablate-ml';

/** Options of the normalised softmax. */
export interface NormalisedSoftmaxOptions {
  /** Scale of the cosines, the inverse of a temperature. */
  readonly s: number;
}

/** Normalised softmax, or NormFace (Wang et al., ACM MM 2017): logits s cosθ_j with both sides normalised. */
export function normalisedSoftmax(options: NormalisedSoftmaxOptions): ClassificationLoss {
  return classificationLoss(({ values }) => tf.mul(values, options.s));
}
