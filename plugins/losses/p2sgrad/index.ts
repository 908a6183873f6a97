import { definePlugin, z } from 'ablate-ml';
import { p2sgrad } from './p2sgrad.ts';

/** P2SGrad. */
export default definePlugin({
  kind: 'loss',
  name: 'p2sgrad',
  summary:
    'P2SGrad as a loss: squared distance of the cosines to 1 and 0, without parameters (Zhang et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => p2sgrad(),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
