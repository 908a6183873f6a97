import { definePlugin, z } from 'ablate-ml';
import { proxyAnchor } from './proxy-anchor.ts';

/** Proxy-Anchor loss. */
export default definePlugin({
  kind: 'loss',
  name: 'proxy-anchor',
  summary:
    "Proxy-Anchor: each class's proxy is the anchor, the batch its positives and negatives (Kim et al., CVPR 2020)",
  framework: '^0.1.0',
  schema: z.strictObject({
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
  }),
  create: (options, context) => proxyAnchor(options, context),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
