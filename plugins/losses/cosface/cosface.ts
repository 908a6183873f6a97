import { classificationLoss, replaceTarget, targetCosine, tf, type ClassificationLoss } from 'ablate-ml';

/** Options of CosFace. */
export interface CosfaceOptions {
  /** Scale of the logits. */
  readonly s: number;
  /** Margin taken from the target cosine. */
  readonly m: number;
}

/** CosFace (Wang et al., CVPR 2018, eq. 4): the target logit is s (cosθ − m), the others s cosθ_j. */
export function cosface(options: CosfaceOptions): ClassificationLoss {
  return classificationLoss((scores) => {
    const target: tf.Tensor1D = tf.sub(targetCosine(scores), options.m);
    return tf.mul(options.s, replaceTarget(scores.values, scores.target, target));
  });
}
