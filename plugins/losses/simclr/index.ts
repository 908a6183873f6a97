import { definePlugin } from 'ablate-ml';
import { options, simclr } from './simclr.ts';

/** SimCLR's loss of two views. */
export default definePlugin({
  kind: 'loss',
  name: 'simclr',
  summary: "SimCLR: NT-Xent of two views, each image's only positive its other view (Chen et al., ICML 2020)",
  framework: '^0.1.0',
  schema: options,
  create: (options) => simclr(options),
  needs: () => ({ views: 2 }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
