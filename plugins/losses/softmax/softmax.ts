import { batchMean, classificationLoss, ops, tf, type ClassificationLoss } from 'ablate-ml';

/** Options of the softmax loss. */
export interface SoftmaxOptions {
  /** ε, the share of the target distribution spread evenly over the classes. */
  readonly labelSmoothing: number;
}

/**
 * Softmax cross-entropy over a linear head's logits, mean over the batch; with label smoothing after Szegedy et al.,
 * CVPR 2016, section 7.
 */
export function softmax(options: SoftmaxOptions): ClassificationLoss {
  const plain = classificationLoss((scores) => scores.values);
  return {
    ...plain,
    forward(input) {
      const epsilon = options.labelSmoothing;
      if (epsilon === 0) return plain.forward(input);
      const { values, target } = input.scores!;
      const own = ops.crossEntropy(values, target);
      const uniform = tf.sub(tf.logSumExp(values, 1), tf.mean(values, 1));
      return { value: batchMean(tf.add(tf.mul(1 - epsilon, own), tf.mul(epsilon, uniform)), input) };
    },
  };
}
