import { definePlugin } from 'ablate-ml';
import { options, triplet } from './triplet.ts';

/** Triplet loss over triplets mined in the batch. */
export default definePlugin({
  kind: 'loss',
  name: 'triplet',
  summary:
    'Triplet loss with mining in the batch: all, hardest or semi-hard (Schroff et al., CVPR 2015; Hermans et al., 2017)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => triplet(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: ({ normalize, distance }) => [
    ...(normalize || distance === 'cosine' ? (['embedding-scale'] as const) : []),
    'batch-permutation',
    'class-permutation',
  ],
});
