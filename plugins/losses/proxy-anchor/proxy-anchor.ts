import { parameterOf, tf, z, type ClassContext, type Loss } from 'ablate-ml';
import { cosineSimilarities, maskedLogSumExp, maskedMean, pairMasks, rowHasAny } from 'ablate-ml/losses';
import { normal } from 'ablate-ml/layers';

export const options = z.strictObject({
  alpha: z.number().positive('alpha must be above 0: at 0 no similarity counts').default(32).describe('α: scale'),
  delta: z
    .number()
    .min(0, 'delta is a margin of the cosine and lies in [0, 1]')
    .max(1, 'delta is a margin of the cosine and lies in [0, 1]')
    .default(0.1)
    .describe('δ: margin'),
  rateMultiple: z
    .number()
    .min(0, 'rateMultiple multiplies a learning rate and cannot be negative')
    .default(100)
    .describe("learning rate of the proxies as a multiple of the run's"),
});

/** Options of Proxy-Anchor. */
export type ProxyAnchorOptions = z.output<typeof options>;

/**
 * Makes Proxy-Anchor (Kim et al., CVPR 2020, eq. 4) on cosine similarities s: mean over the proxies with an image in
 * the batch of ln(1 + Σ_{x of p} exp(−α(s − δ))), plus mean over all proxies of ln(1 + Σ_{x not of p} exp(α(s + δ))).
 */
export function proxyAnchor(options: ProxyAnchorOptions, { classes, dim, streams }: ClassContext): Loss {
  const proxies = parameterOf(
    'proxies',
    normal([classes, dim], Math.sqrt(2 / classes), streams.stream('proxies')),
    'kernel',
    {
      get rateMultiple() {
        return options.rateMultiple;
      },
    },
  );
  return {
    parameters: [proxies],
    forward(batch) {
      const { alpha, delta } = options;
      const table = {
        embedding: proxies.variable,
        labels: tf.range(0, classes, 1, 'int32'),
      };
      const { positive: own, negative: others } = pairMasks(table, batch, false);
      const similarity = cosineSimilarities(table.embedding, batch.embedding);
      const pull = tf.softplus(maskedLogSumExp(tf.mul(-alpha, tf.sub(similarity, delta)), own));
      const push = tf.softplus(maskedLogSumExp(tf.mul(alpha, tf.add(similarity, delta)), others));
      const [positive, negative] = [maskedMean(pull, rowHasAny(own)), tf.mean(push) as tf.Scalar];
      return { value: tf.add(positive, negative), parts: { positive, negative } };
    },
  };
}
