import { definePlugin } from 'ablate-ml';
import { cosface, options } from './cosface.ts';

/** CosFace: a margin in the cosine. */
export default definePlugin({
  kind: 'loss',
  name: 'cosface',
  summary: 'Additive margin in the cosine (CosFace, Wang et al., CVPR 2018)',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => cosface(options, context),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
