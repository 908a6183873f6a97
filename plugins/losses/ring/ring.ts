import { parameterOf, tf, z, type Loss } from 'ablate-ml';
import { rowNorms } from 'ablate-ml/losses';

export const options = z.strictObject({
  lambda: z
    .number()
    .min(0, 'lambda weighs a distance and cannot be negative')
    .default(0.01)
    .describe('λ: weight against the classification loss'),
  initialRadius: z
    .number()
    .positive('initialRadius is a norm and must be greater than 0')
    .default(1)
    .describe('the radius R before the first step'),
});

/** Options of ring loss. */
export type RingOptions = z.output<typeof options>;

/**
 * Makes ring loss (Zheng, Pal, Savvides, CVPR 2018, eq. 1): λ/(2M) Σ(‖x_i‖ − R)², the radius R learned by the
 * optimizer.
 */
export function ring(options: RingOptions): Loss {
  const radius = parameterOf('radius', tf.scalar(options.initialRadius), 'offset');
  return {
    parameters: [radius],
    forward({ embedding }) {
      const gap = tf.sub(rowNorms(embedding), radius.variable);
      return { value: tf.mul(options.lambda / 2, tf.mean(tf.square(gap))) };
    },
  };
}
