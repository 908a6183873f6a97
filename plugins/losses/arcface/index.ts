import { definePlugin } from 'ablate-ml';
import { arcface, options } from './arcface.ts';

/** ArcFace: a margin in the angle. */
export default definePlugin({
  kind: 'loss',
  name: 'arcface',
  summary: 'Additive margin in the angle (ArcFace, Deng et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => arcface(options, context),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
