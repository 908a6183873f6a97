import { definePlugin, z } from 'ablate-ml';
import { cosface } from './cosface.ts';

/** CosFace: a margin in the cosine. */
export default definePlugin({
  kind: 'loss',
  name: 'cosface',
  summary: 'Additive margin in the cosine (CosFace, Wang et al., CVPR 2018)',
  framework: '^0.1.0',
  schema: z.strictObject({
    s: z.number().positive('s scales the logits and must be greater than 0').default(64).describe('scale of the logits'),
    m: z
      .number()
      .min(0, 'm is a margin and cannot be negative')
      .lte(2, 'm is a difference of two cosines and cannot exceed 2')
      .default(0.35)
      .describe('margin taken from the target cosine'),
  }),
  create: (options) => cosface(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
