import { definePlugin } from 'ablate-ml';
import { moco, options } from './moco.ts';

/** Momentum contrast of two views. */
export default definePlugin({
  kind: 'loss',
  name: 'moco',
  summary: 'MoCo: a queue of keys by the averaged net as negatives (He et al., CVPR 2020)',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => moco(options, context),
  needs: () => ({ views: 2, averaged: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
