import { definePlugin } from 'ablate-ml';
import { contrastive, options } from './contrastive.ts';

/** Contrastive loss over the pairs of a batch. */
export default definePlugin({
  kind: 'loss',
  name: 'contrastive',
  summary: 'Contrastive loss over all pairs of the batch (Hadsell et al., CVPR 2006)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => contrastive(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: ({ normalize, distance }) => [
    ...(normalize || distance === 'cosine' ? (['embedding-scale'] as const) : []),
    'batch-permutation',
    'class-permutation',
  ],
});
