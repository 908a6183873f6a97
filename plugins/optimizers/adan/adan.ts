import { tf, z, type Optimizer } from 'ablate-ml';
import { perParameter } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  beta1: z.number().min(0).lt(1).default(0.98).describe('decay of the running mean of gradients'),
  beta2: z.number().min(0).lt(1).default(0.92).describe('decay of the running mean of gradient differences'),
  beta3: z.number().min(0).lt(1).default(0.99).describe('decay of the running mean of squared, extrapolated gradients'),
  epsilon: z.number().positive().default(1e-8).describe('added to the root'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'weight decay coefficient, by which the weights are divided after the step; biases, slopes and normalization have none',
    ),
});

/** Numbers of adan. */
export type AdanOptions = z.output<typeof options>;

/** Makes adaptive Nesterov momentum: moments of the gradient and of its change (Xie et al., 2022, algorithm 1). */
export function adan({ beta1, beta2, beta3, epsilon, weightDecay }: AdanOptions): Optimizer {
  return perParameter(
    ['mean', 'change', 'square', 'last-gradient'],
    weightDecay,
    ({ weights, gradient, rate, decay, step, slot, scalar }) => {
      const running = (name: string, keep: number, value: tf.Tensor): tf.Variable => {
        const variable = slot(name);
        variable.assign(tf.add(tf.mul(variable, scalar(keep)), tf.mul(value, scalar(1 - keep))));
        return variable;
      };
      const correction = (keep: number): number => 1 - keep ** (step + 1);
      const last = slot('last-gradient');
      const change = step === 0 ? tf.zerosLike(gradient) : tf.sub(gradient, last);
      const mean = running('mean', beta1, gradient);
      const trend = running('change', beta2, change);
      const square = running('square', beta3, tf.square(tf.add(gradient, tf.mul(change, scalar(beta2)))));
      const spread = tf.add(tf.mul(tf.sqrt(square), scalar(1 / Math.sqrt(correction(beta3)))), scalar(epsilon));
      const direction = tf.add(
        tf.mul(mean, scalar(rate / correction(beta1))),
        tf.mul(trend, scalar((rate * beta2) / correction(beta2))),
      );
      const moved = tf.sub(weights, tf.div(direction, spread));
      weights.assign(decay === 0 ? moved : tf.mul(moved, scalar(1 / (1 + rate * decay))));
      last.assign(gradient);
    },
  );
}
