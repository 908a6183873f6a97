import { z } from 'ablate-ml';
import {
  classificationLoss,
  classificationOptions,
  type ClassificationLoss,
  type ClassificationOptionsOf,
} from 'ablate-ml/losses';

export const options = z.strictObject(classificationOptions);

/** Options of the softmax loss. */
export type SoftmaxOptions = ClassificationOptionsOf<z.output<typeof options>>;

/**
 * Makes softmax cross-entropy over a linear head's logits, mean over the batch; with label smoothing after Szegedy et
 * al., CVPR 2016, section 7, and the focal factor of Lin et al., ICCV 2017.
 */
export function softmax(options: SoftmaxOptions): ClassificationLoss {
  return classificationLoss((scores) => scores.values, options);
}
