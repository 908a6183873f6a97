import { batchMean, classificationLoss, ops, tf, z, type ClassificationLoss } from 'ablate-ml';

export const options = z.strictObject({
  labelSmoothing: z
    .number()
    .min(0, 'labelSmoothing is a share of the target distribution and cannot be negative')
    .lt(1, 'labelSmoothing must stay below 1: at 1 the label no longer counts')
    .default(0)
    .describe('ε: share of the target distribution that is spread evenly over the classes'),
});

/** Options of the softmax loss. */
export type SoftmaxOptions = z.output<typeof options>;

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
