import { tf, z, type Optimizer } from 'ablate-ml';
import { perParameter, trustRatio } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  beta1: z.number().min(0).lt(1).default(0.9).describe('decay of the running mean of gradients'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('decay of the running mean of squared gradients'),
  epsilon: z.number().positive().default(1e-6).describe('added to the root of the second moment'),
  alwaysAdapt: z.boolean().default(false).describe('scales the steps of parameters without weight decay too'),
  weightDecay: z
    .number()
    .min(0)
    .default(0.01)
    .describe('weight decay coefficient; biases, slopes and normalization have none'),
});

/** Numbers of LAMB. */
export type LambOptions = z.output<typeof options>;

/**
 * Makes Adam's step with decay, scaled layer by layer to the length of the weights (You et al., ICLR 2020, algorithm
 * 2).
 */
export function lamb({ beta1, beta2, epsilon, alwaysAdapt, weightDecay }: LambOptions): Optimizer {
  return perParameter(
    ['first-moment', 'second-moment'],
    weightDecay,
    ({ weights, gradient, rate, decay, step, slot, scalar }) => {
      const [first, second] = [slot('first-moment'), slot('second-moment')];
      first.assign(tf.add(tf.mul(first, scalar(beta1)), tf.mul(gradient, scalar(1 - beta1))));
      second.assign(tf.add(tf.mul(second, scalar(beta2)), tf.mul(tf.square(gradient), scalar(1 - beta2))));
      const [correction1, correction2] = [1 - beta1 ** (step + 1), Math.sqrt(1 - beta2 ** (step + 1))];
      const spread = tf.add(tf.mul(tf.sqrt(second), scalar(1 / correction2)), scalar(epsilon));
      const adapted = tf.div(tf.mul(first, scalar(1 / correction1)), spread);
      const direction = decay === 0 ? adapted : tf.add(adapted, tf.mul(weights, scalar(decay)));
      const scaled = decay !== 0 || alwaysAdapt ? tf.mul(direction, trustRatio(weights, direction)) : direction;
      weights.assign(tf.sub(weights, tf.mul(scaled, scalar(rate))));
    },
  );
}
