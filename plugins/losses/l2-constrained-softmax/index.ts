import { definePlugin, z } from 'ablate-ml';
import { l2ConstrainedSoftmax } from './l2-constrained-softmax.ts';

/** Softmax over embeddings of one norm. */
export default definePlugin({
  kind: 'loss',
  name: 'l2-constrained-softmax',
  summary: 'Softmax over embeddings of one fixed norm (Ranjan et al., 2017)',
  framework: '^0.1.0',
  schema: z.strictObject({
    alpha: z
      .number()
      .positive('alpha is the norm that embeddings are given and must be greater than 0')
      .default(16)
      .describe('α: norm that every embedding is given'),
  }),
  create: (options) => l2ConstrainedSoftmax(options),
  needs: () => ({ scores: 'linear' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
