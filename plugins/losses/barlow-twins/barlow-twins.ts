import { ops, tf, z, type Loss } from 'ablate-ml';

export const options = z.strictObject({
  lambda: z
    .number()
    .min(0, 'lambda weighs the redundancy term and cannot be negative')
    .default(0.0051)
    .describe('λ: weight of the correlations between different dimensions'),
  eps: z
    .number()
    .min(0, 'eps is added to a variance and cannot be negative')
    .default(1e-5)
    .describe('added to each variance; 0 in the paper'),
});

/** Options of Barlow Twins. */
export type BarlowTwinsOptions = z.output<typeof options>;

/**
 * Computes Barlow Twins (Zbontar et al., ICML 2021, eq. 1 and 2): the correlations C of the dimensions of two views,
 * `[dim, dim]`, each dimension standardized over the batch; Σ (1 − C_ii)² + λ Σ_{i≠j} C_ij².
 */
export function barlowTwins(options: BarlowTwinsOptions): Loss {
  return {
    parameters: [],
    forward({ views }) {
      const [x, y] = views!.map((view) => standardized(view, options.eps)) as [tf.Tensor2D, tf.Tensor2D];
      const [rows, dim] = x.shape;
      const correlations: tf.Tensor2D = tf.div(tf.matMul(x, y, true), rows);
      const unit = tf.eye(dim);
      const invariance: tf.Scalar = tf.sum(tf.mul(tf.squaredDifference(correlations, 1), unit));
      const redundancy: tf.Scalar = tf.sum(tf.mul(tf.square(correlations), tf.sub(1, unit)));
      return { value: tf.add(invariance, tf.mul(options.lambda, redundancy)), parts: { invariance, redundancy } };
    },
  };
}

/** Each dimension less its mean, over √(variance + eps), by the number of rows. */
function standardized(view: tf.Tensor2D, epsilon: number): tf.Tensor2D {
  const dim = view.shape[1];
  const unused = { mean: tf.zeros<tf.Rank.R1>([dim]), variance: tf.zeros<tf.Rank.R1>([dim]), momentum: 0 };
  return ops.batchNorm(view, { gain: undefined, offset: undefined, ...unused, epsilon }).value;
}
