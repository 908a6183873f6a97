import { parameterOf, tf, z, type ClassContext, type LossInput } from 'ablate-ml';
import { batchMean, marginOptions, replaceTarget, targetCosine, type ClassificationLoss } from 'ablate-ml/losses';

export const options = z.strictObject({
  s: marginOptions.scale(64).describe('scale of the logits'),
  m: marginOptions.cosine('m', 0.4).describe('margin taken from the target cosine'),
  negativeWeight: z
    .number()
    .min(0, 'negativeWeight weighs a sum and cannot be negative')
    .default(1)
    .describe('weight of the other classes'),
});

/** Options of UniFace. */
export type UnifaceOptions = z.output<typeof options>;

/**
 * Computes UniFace's unified cross-entropy with margin (Zhou et al., ICCV 2023, eq. 12): ln(1 + exp(−(s (cosθ_y − m) −
 * b))) + w Σ_{j≠y} ln(1 + exp(s cosθ_j − b)), b learned, one threshold for all classes.
 */
export function uniface(options: UnifaceOptions, { classes }: Pick<ClassContext, 'classes'>): ClassificationLoss {
  // The released code's start, above which hardly any of the other classes' logits lies.
  const bias = parameterOf('sharedBias', tf.scalar(Math.log(10 * classes)), 'offset');
  const logits = ({ scores }: LossInput): tf.Tensor2D => {
    const target: tf.Tensor1D = tf.sub(targetCosine(scores!), options.m);
    return tf.sub(tf.mul(options.s, replaceTarget(scores!.values, scores!.target, target)), bias.variable);
  };
  return {
    parameters: [bias],
    logits,
    forward(input) {
      const all = logits(input);
      const own = tf.oneHot(input.scores!.target, all.shape[1], 1, 0, 'float32');
      const losses = tf.softplus(tf.mul(all, tf.sub(1, tf.mul(2, own))));
      const weights = tf.add(options.negativeWeight, tf.mul(1 - options.negativeWeight, own));
      return { value: batchMean(tf.sum(tf.mul(losses, weights), 1), input) };
    },
  };
}
