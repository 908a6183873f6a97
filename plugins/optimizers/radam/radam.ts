import { tf, z, type Optimizer } from 'ablate-ml';
import { perParameter } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  beta1: z.number().min(0).lt(1).default(0.9).describe('decay of the running mean of gradients'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('decay of the running mean of squared gradients'),
  epsilon: z.number().positive().default(1e-8).describe('added to the root of the second moment'),
  decay: z
    .enum(['coupled', 'decoupled'])
    .default('coupled')
    .describe('weight decay as part of the gradient, or apart from it as in AdamW'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('weight decay coefficient; biases, slopes and normalization have none'),
});

/** Numbers of radam. */
export type RadamOptions = z.output<typeof options>;

/**
 * Makes Adam whose adaptive rate is rectified by the variance that it has so far (Liu et al., ICLR 2020, algorithm 2).
 */
export function radam({ beta1, beta2, epsilon, decay: kind, weightDecay }: RadamOptions): Optimizer {
  return perParameter(
    ['first-moment', 'second-moment'],
    weightDecay,
    ({ weights, gradient, rate, decay, step, slot, scalar }) => {
      const [first, second] = [slot('first-moment'), slot('second-moment')];
      const slope = kind === 'coupled' && decay !== 0 ? tf.add(gradient, tf.mul(weights, scalar(decay))) : gradient;
      if (kind === 'decoupled' && decay !== 0) weights.assign(tf.mul(weights, scalar(1 - rate * decay)));
      first.assign(tf.add(tf.mul(first, scalar(beta1)), tf.mul(slope, scalar(1 - beta1))));
      second.assign(tf.add(tf.mul(second, scalar(beta2)), tf.mul(tf.square(slope), scalar(1 - beta2))));
      const corrected = rate / (1 - beta1 ** (step + 1));
      const rectified = rectification(beta2, step + 1);
      if (rectified === undefined) {
        weights.assign(tf.sub(weights, tf.mul(first, scalar(corrected))));
        return;
      }
      const factor = corrected * rectified * Math.sqrt(1 - beta2 ** (step + 1));
      const direction = tf.div(first, tf.add(tf.sqrt(second), scalar(epsilon)));
      weights.assign(tf.sub(weights, tf.mul(direction, scalar(factor))));
    },
  );
}

/** The factor r of step t, counted from 1; none while the variance cannot be told (ρ ≤ 5, as in PyTorch). */
function rectification(beta2: number, t: number): number | undefined {
  const longest = 2 / (1 - beta2) - 1;
  const length = longest - (2 * t * beta2 ** t) / (1 - beta2 ** t);
  if (length <= 5) return undefined;
  return Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
}
