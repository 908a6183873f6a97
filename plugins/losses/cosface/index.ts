import { definePlugin, marginOptions, z } from 'ablate-ml';
import { cosface } from './cosface.ts';

/** CosFace: a margin in the cosine. */
export default definePlugin({
  kind: 'loss',
  name: 'cosface',
  summary: 'Additive margin in the cosine (CosFace, Wang et al., CVPR 2018)',
  framework: '^0.1.0',
  schema: z.strictObject({
    s: marginOptions.scale(64).describe('scale of the logits'),
    m: marginOptions.cosine('m', 0.35).describe('margin taken from the target cosine'),
  }),
  create: (options) => cosface(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
