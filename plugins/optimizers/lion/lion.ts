import { tf, z, type Optimizer } from 'ablate-ml';
import { perParameter } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  beta1: z.number().min(0).lt(1).default(0.9).describe('share of the momentum in the direction of a step'),
  beta2: z.number().min(0).lt(1).default(0.99).describe('decay of the momentum'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('share of the weights, times the rate, taken off each step; biases, slopes and normalization have none'),
});

/** Numbers of lion. */
export type LionOptions = z.output<typeof options>;

/**
 * Moves every weight by the rate, in the direction of the sign of c = β₁ m + (1 − β₁) g (Chen et al., 2023, program 1).
 */
export function lion({ beta1, beta2, weightDecay }: LionOptions): Optimizer {
  return perParameter(['momentum'], weightDecay, ({ weights, gradient, rate, decay, slot, scalar }) => {
    const momentum = slot('momentum');
    const mixed = (share: number): tf.Tensor =>
      tf.add(tf.mul(momentum, scalar(share)), tf.mul(gradient, scalar(1 - share)));
    const shrunk = decay === 0 ? weights : tf.mul(weights, scalar(1 - rate * decay));
    weights.assign(tf.sub(shrunk, tf.mul(tf.sign(mixed(beta1)), scalar(rate))));
    momentum.assign(mixed(beta2));
  });
}
