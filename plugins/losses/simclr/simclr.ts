import { tf, z, type Loss } from 'ablate-ml';
import { maskedLogSumExp, normalize } from 'ablate-ml/losses';

export const options = z.strictObject({
  temperature: z
    .number()
    .positive('temperature must be above 0: the cosines are divided by it')
    .default(0.5)
    .describe('τ: what the cosines are divided by'),
});

/** Options of SimCLR's loss. */
export type SimclrOptions = z.output<typeof options>;

/**
 * Computes NT-Xent of two views of n images (Chen et al., ICML 2020, eq. 1): the mean over the 2n rows of
 * −ln(exp(s_ip/τ) / Σ_{k≠i} exp(s_ik/τ)), p the other view of the same image, s the cosine.
 */
export function simclr(options: SimclrOptions): Loss {
  return {
    parameters: [],
    forward({ views }) {
      const rows = tf.concat(views!.map(normalize)) as tf.Tensor2D;
      const logits: tf.Tensor2D = tf.div(tf.matMul(rows, rows, false, true), options.temperature);
      const self = tf.eye(rows.shape[0]);
      const otherView = tf.concat(tf.split(self, 2).reverse());
      const positives = tf.sum(tf.mul(logits, otherView), 1);
      return { value: tf.mean(tf.sub(maskedLogSumExp(logits, tf.sub(1, self)), positives)) };
    },
  };
}
