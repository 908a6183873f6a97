import { parameterOf, tf, z, type ClassContext, type Loss } from 'ablate-ml';
import { cosineSimilarities, maskedLogSumExp, pairMasks } from 'ablate-ml/losses';
import { normal } from 'ablate-ml/layers';

export const options = z.strictObject({
  variant: z
    .enum(['nca', 'nca++'])
    .default('nca++')
    .describe('whether the own proxy counts in the denominator (`nca++`) or not (`nca`)'),
  scale: z
    .number()
    .positive('scale must be above 0: at 0 no distance counts')
    .default(9)
    .describe('1 / temperature: what the squared distances are multiplied by'),
  rateMultiple: z
    .number()
    .min(0, 'rateMultiple multiplies a learning rate and cannot be negative')
    .default(1)
    .describe("learning rate of the proxies as a multiple of the run's"),
});

/** Options of Proxy-NCA. */
export type ProxyNcaOptions = z.output<typeof options>;

/**
 * Makes Proxy-NCA: mean of −ln(exp(−s d²_y) / Σ_j exp(−s d²_j)) over squared distances d² between normalized embeddings
 * and normalized proxies. `nca` (Movshovitz-Attias et al., ICCV 2017): j runs over the other classes; `nca++` (Teh et
 * al., ECCV 2020): over all.
 */
export function proxyNca(options: ProxyNcaOptions, { classes, dim, streams }: ClassContext): Loss {
  const proxies = parameterOf('proxies', normal([classes, dim], 1 / 8, streams.stream('proxies')), 'kernel', {
    get rateMultiple() {
      return options.rateMultiple;
    },
  });
  return {
    parameters: [proxies],
    forward(batch) {
      const table = {
        embedding: proxies.variable,
        labels: tf.range(0, classes, 1, 'int32'),
      };
      const { positive: own, negative: others } = pairMasks(batch, table, false);
      // For unit vectors d² = 2 − 2 cosθ.
      const logits: tf.Tensor2D = tf.mul(
        2 * options.scale,
        tf.sub(cosineSimilarities(batch.embedding, table.embedding), 1),
      );
      const denominator = options.variant === 'nca' ? others : (tf.onesLike(others) as tf.Tensor2D);
      return { value: tf.mean(tf.sub(maskedLogSumExp(logits, denominator), tf.sum(tf.mul(logits, own), 1))) };
    },
  };
}
