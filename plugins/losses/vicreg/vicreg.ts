import { tf, z, type Loss } from 'ablate-ml';

const weight = (of: string, initial: number) =>
  z.number().min(0, `${of} weighs a term and cannot be negative`).default(initial);

export const options = z.strictObject({
  invariance: weight('invariance', 25).describe('λ: weight of the squared difference between the two views'),
  variance: weight('variance', 25).describe('μ: weight of the hinge that keeps every deviation at 1 or above'),
  covariance: weight('covariance', 1).describe('ν: weight of the squared covariances between dimensions'),
  eps: z
    .number()
    .positive('eps is added to a variance before its root, whose gradient is infinite at 0: above 0')
    .default(1e-4)
    .describe('added to each variance before its root'),
});

/** Options of VICReg. */
export type VicregOptions = z.output<typeof options>;

/**
 * Computes VICReg (Bardes, Ponce, LeCun, ICLR 2022, eq. 6) of two views x, y `[batch, dim]` of the same images: λ times
 * the mean of (x − y)², μ times the hinge of the deviations (eq. 1, over both views by ½ as in the authors' code), ν
 * times the squared covariances (eq. 4).
 */
export function vicreg(options: VicregOptions): Loss {
  return {
    parameters: [],
    forward({ views }) {
      const [x, y] = views as [tf.Tensor2D, tf.Tensor2D];
      const invariance: tf.Scalar = tf.mean(tf.squaredDifference(x, y));
      const spreads = [x, y].map((view) => spreadOf(view, options.eps));
      const variance = tf.mul(0.5, tf.addN(spreads.map(({ hinge }) => hinge))) as tf.Scalar;
      const covariance = tf.addN(spreads.map(({ covariance: own }) => own)) as tf.Scalar;
      const value = tf.addN([
        tf.mul(options.invariance, invariance),
        tf.mul(options.variance, variance),
        tf.mul(options.covariance, covariance),
      ]) as tf.Scalar;
      return { value, parts: { invariance, variance, covariance } };
    },
  };
}

/** mean max(0, 1 − √(Var + eps)) over the dimensions, and 1/D Σ Cov_ij² over i ≠ j; both by n − 1. */
function spreadOf(view: tf.Tensor2D, eps: number): { readonly hinge: tf.Scalar; readonly covariance: tf.Scalar } {
  const [rows, dim] = view.shape;
  const centered = tf.sub(view, tf.mean(view, 0, true));
  const freedom = Math.max(1, rows - 1);
  const deviations = tf.sqrt(tf.add(tf.div(tf.sum(tf.square(centered), 0), freedom), eps));
  const covariances = tf.div(tf.matMul(centered, centered, true), freedom);
  return {
    hinge: tf.mean(tf.relu(tf.sub(1, deviations))),
    covariance: tf.div(tf.sum(tf.mul(tf.square(covariances), tf.sub(1, tf.eye(dim)))), dim),
  };
}
