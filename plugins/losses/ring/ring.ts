import { parameterOf, rowNorms, tf, type Loss } from 'ablate-ml';

/** Options of ring loss. */
export interface RingOptions {
  /** λ, the weight of the term against the classification loss. */
  readonly lambda: number;
  /** R before the first step. */
  readonly initialRadius: number;
}

/** Ring loss (Zheng, Pal, Savvides, CVPR 2018, eq. 1): λ/(2M) Σ(‖x_i‖ − R)², the radius R learned by the optimizer. */
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
