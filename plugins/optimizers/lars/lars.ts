import { tf, z, type Optimizer } from 'ablate-ml';
import { perParameter, trustRatio } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  momentum: z.number().min(0).lt(1).default(0.9).describe('share of the velocity that each step keeps'),
  nesterov: z.boolean().default(false).describe("Nesterov's look-ahead"),
  trust: z.number().positive().default(0.001).describe('coefficient of the ratio of the norms'),
  epsilon: z.number().min(0).default(1e-8).describe('added to the norm of the gradient'),
  alwaysAdapt: z.boolean().default(false).describe('scales the gradients of parameters without weight decay too'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('coefficient of the weights added to their gradient; biases, slopes and normalization have none'),
});

/** Numbers of LARS. */
export type LarsOptions = z.output<typeof options>;

/**
 * Makes momentum whose gradients are scaled, layer by layer, to the length of the weights (You et al., 2017, algorithm
 * 1).
 */
export function lars({ momentum, nesterov, trust, epsilon, alwaysAdapt, weightDecay }: LarsOptions): Optimizer {
  return perParameter(['momentum'], weightDecay, ({ weights, gradient, rate, decay, slot, scalar }) => {
    let slope = gradient;
    if (decay !== 0 || alwaysAdapt) {
      const decayed = tf.add(gradient, tf.mul(weights, scalar(decay)));
      slope = tf.mul(decayed, trustRatio(weights, gradient, { share: decay, epsilon, factor: trust }));
    }
    const velocity = slot('momentum');
    velocity.assign(tf.add(tf.mul(velocity, scalar(momentum)), slope));
    const direction = nesterov ? tf.add(slope, tf.mul(velocity, scalar(momentum))) : velocity;
    weights.assign(tf.sub(weights, tf.mul(direction, scalar(rate))));
  });
}
