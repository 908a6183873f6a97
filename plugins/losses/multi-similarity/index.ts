import { definePlugin, z } from 'ablate-ml';
import { multiSimilarity } from './multi-similarity.ts';

/** Multi-similarity loss. */
export default definePlugin({
  kind: 'loss',
  name: 'multi-similarity',
  summary: 'Multi-similarity loss with its pair mining (Wang et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: z.strictObject({
    alpha: z
      .number()
      .positive('alpha must be above 0: the loss divides by it')
      .default(2)
      .describe("α: sharpness of the positives' weights"),
    beta: z
      .number()
      .positive('beta must be above 0: the loss divides by it')
      .default(50)
      .describe("β: sharpness of the negatives' weights"),
    base: z
      .number()
      .min(-1, 'base is a cosine and lies in [−1, 1]')
      .max(1, 'base is a cosine and lies in [−1, 1]')
      .default(0.5)
      .describe('λ: similarity that parts positives from negatives'),
    epsilon: z
      .number()
      .min(0, 'epsilon widens what is mined and cannot be negative')
      .nullable()
      .default(0.1)
      .describe('ε: slack of the mining, or null to keep all pairs'),
  }),
  create: (options) => multiSimilarity(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
