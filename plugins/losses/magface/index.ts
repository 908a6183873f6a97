import { definePlugin } from 'ablate-ml';
import { magface, options } from './magface.ts';

/** MagFace: a margin that grows with the magnitude. */
export default definePlugin({
  kind: 'loss',
  name: 'magface',
  summary: 'Margin and regularizer by the magnitude of the embedding (MagFace, Meng et al., CVPR 2021)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => magface(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
