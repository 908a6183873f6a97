import { tf, z } from 'ablate-ml';
import {
  filterSimilarClasses,
  classificationOptions,
  type ClassificationOptionsOf,
  interclassFilter,
  classificationLoss,
  marginOptions,
  type ClassificationLoss,
} from 'ablate-ml/losses';

export const options = z.strictObject({
  s: marginOptions.scale(30).describe('scale of the cosines, the inverse of a temperature'),
  interclassFilter,
  ...classificationOptions,
});

/** Options of the normalized softmax. */
export type NormalizedSoftmaxOptions = ClassificationOptionsOf<z.output<typeof options>>;

/** Makes normalized softmax, or NormFace (Wang et al., ACM MM 2017): logits s cosθ_j with both sides normalized. */
export function normalizedSoftmax(options: NormalizedSoftmaxOptions): ClassificationLoss {
  return classificationLoss(
    (scores) => tf.mul(filterSimilarClasses(scores, options.interclassFilter ?? 0).values, options.s),
    options,
  );
}
