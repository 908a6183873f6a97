import { tf, z, type Optimizer } from 'ablate-ml';
import { perParameter } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  decay: z.number().min(0).lt(1).default(0.99).describe('decay of the running mean of squared gradients'),
  epsilon: z.number().positive().default(1e-8).describe('added to the root'),
  momentum: z.number().min(0).lt(1).default(0).describe('share of the velocity that each step keeps'),
  centered: z
    .boolean()
    .default(false)
    .describe('takes the square of the running mean off, so that the root is a deviation'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('coefficient of the weights added to their gradient; biases, slopes and normalization have none'),
});

/** Numbers of rmsprop. */
export type RmspropOptions = z.output<typeof options>;

/**
 * Moves weights by the gradient over its running root mean square (Hinton, lecture 6e, 2012; centered: Graves, 2013,
 * eq. 38 to 42).
 */
export function rmsprop({ decay: keep, epsilon, momentum, centered, weightDecay }: RmspropOptions): Optimizer {
  const names = ['square', ...(centered ? ['mean'] : []), ...(momentum > 0 ? ['momentum'] : [])];
  return perParameter(names, weightDecay, ({ weights, gradient, rate, decay, slot, scalar }) => {
    const running = (name: string, value: tf.Tensor): tf.Variable => {
      const variable = slot(name);
      variable.assign(tf.add(tf.mul(variable, scalar(keep)), tf.mul(value, scalar(1 - keep))));
      return variable;
    };
    const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(weights, scalar(decay)));
    const square = running('square', tf.square(slope));
    const spread = centered ? tf.sub(square, tf.square(running('mean', slope))) : square;
    let direction = tf.div(slope, tf.add(tf.sqrt(spread), scalar(epsilon)));
    if (momentum > 0) {
      const velocity = slot('momentum');
      velocity.assign(tf.add(tf.mul(velocity, scalar(momentum)), direction));
      direction = velocity;
    }
    weights.assign(tf.sub(weights, tf.mul(direction, scalar(rate))));
  });
}
