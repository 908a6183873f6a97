import { parameterOf, tf, z, type ClassContext, type LossInput } from 'ablate-ml';
import { batchMean, marginOptions, straightThrough, type ClassificationLoss } from 'ablate-ml/losses';

export const options = z.strictObject({
  s: marginOptions.scale(40).describe("scale of the logits: the paper's r"),
  m: marginOptions.cosine('m', 0.4).describe('margin on either side: taken from the own class, added to the others'),
  t: z.number().min(1, 't sharpens the cosine and is at least 1').default(3).describe('t of g(z) = 2((z + 1)/2)^t − 1'),
  lambda: z
    .number()
    .gt(0, 'lambda is the share of the own class and lies between 0 and 1')
    .lt(1, 'lambda is the share of the own class and lies between 0 and 1')
    .default(0.7)
    .describe('λ: share of the own class; the others have 1 − λ'),
  gradient: z
    .enum(['exact', 'straight-through'])
    .default('straight-through')
    .describe(
      '`straight-through`: g and the margin count in the value and not in the gradient, as in the authors’ code',
    ),
});

/** Options of SphereFace2. */
export type Sphereface2Options = z.output<typeof options>;

/**
 * Computes SphereFace2 (Wen et al., ICLR 2022, eq. 7, type C): a binary logistic loss for each class, λ/s ln(1 +
 * exp(−z_y)) + (1 − λ)/s Σ_{j≠y} ln(1 + exp(z_j)), z_y = s (g(cosθ_y) − m) + b, z_j = s (g(cosθ_j) + m) + b, b learned,
 * one for all classes.
 */
export function sphereface2(
  options: Sphereface2Options,
  { classes }: Pick<ClassContext, 'classes'>,
): ClassificationLoss {
  const bias = parameterOf('sharedBias', tf.scalar(balancedBias(options, classes)), 'offset');
  const ownOf = ({ scores }: LossInput): tf.Tensor =>
    tf.oneHot(scores!.target, scores!.values.shape[1], 1, 0, 'float32');
  const logits = (input: LossInput): tf.Tensor2D => {
    const { s, m, t, gradient } = options;
    const cosine = input.scores!.values;
    const sharpened = tf.sub(tf.mul(2, tf.pow(tf.relu(tf.div(tf.add(cosine, 1), 2)), t)), 1);
    const margined: tf.Tensor2D = tf.add(sharpened, tf.sub(m, tf.mul(2 * m, ownOf(input))));
    const similarity = gradient === 'exact' ? margined : straightThrough(cosine, margined);
    return tf.add(tf.mul(s, similarity), bias.variable) as tf.Tensor2D;
  };
  return {
    parameters: [bias],
    logits,
    forward(input) {
      const { s, lambda } = options;
      const [own, all] = [ownOf(input), logits(input)];
      // ln(1 + exp(∓z)), with the sign of each class.
      const losses = tf.softplus(tf.mul(all, tf.sub(1, tf.mul(2, own))));
      const shares = tf.add(1 - lambda, tf.mul(2 * lambda - 1, own));
      return { value: batchMean(tf.div(tf.sum(tf.mul(losses, shares), 1), s), input) };
    },
  };
}

/**
 * The bias at which, with all cosines 0, the own class and the others together have gradients of one size (appendix on
 * the initial bias): λ / (1 + exp(z_y)) = (1 − λ)(C − 1) / (1 + exp(−z_j)).
 */
function balancedBias({ s, m, t, lambda }: Sphereface2Options, classes: number): number {
  const ratio = lambda / ((1 - lambda) * Math.max(1, classes - 1));
  const [own, other] = [s * (2 * 0.5 ** t - 1 - m), s * (2 * 0.5 ** t - 1 + m)];
  const root = Math.sqrt((1 - ratio) ** 2 + 4 * ratio * Math.exp(own - other));
  return Math.log(2 * ratio) - other - Math.log(1 - ratio + root);
}
