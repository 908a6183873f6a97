import { tf } from 'ablate-ml';
import { batchMean, type ClassificationLoss } from 'ablate-ml/losses';

/**
 * Computes P2SGrad as the loss that has its gradients (Zhang et al., CVPR 2019, eq. 11): mean over the batch of
 * ½ Σ_j (cosθ_j − [j = y])².
 */
export function p2sgrad(): ClassificationLoss {
  return {
    parameters: [],
    logits: ({ scores }) => scores!.values,
    forward(input) {
      const { values, target } = input.scores!;
      const wanted = tf.oneHot(target, values.shape[1], 1, 0, 'float32');
      return { value: batchMean(tf.mul(0.5, tf.sum(tf.square(tf.sub(values, wanted)), 1)), input) };
    },
  };
}
