import { definePlugin, z } from 'ablate-ml';
import { p2sGrad } from './p2s-grad.js';

export default definePlugin({
  kind: 'loss',
  name: 'p2s-grad',
  summary: "The cosine's distance to its target is the gradient (P2SGrad, Zhang et al., CVPR 2019)",
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => p2sGrad(),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
