import { definePlugin, z } from 'ablate-ml';
import { triplet } from './triplet.ts';

/** Triplet loss over triplets mined in the batch. */
export default definePlugin({
  kind: 'loss',
  name: 'triplet',
  summary:
    'Triplet loss with mining in the batch: all, hardest or semi-hard (Schroff et al., CVPR 2015; Hermans et al., 2017)',
  framework: '^0.1.0',
  schema: z.strictObject({
    mining: z
      .enum(['batch-hard', 'batch-all', 'semi-hard'])
      .default('batch-hard')
      .describe(
        'an anchor with its farthest positive and nearest negative; every triplet; a pair with its nearest negative beyond the positive',
      ),
    margin: z
      .number()
      .min(0, 'margin is a distance and cannot be negative')
      .default(0.2)
      .describe('m: by how much a negative must be farther than the positive'),
    softMargin: z
      .boolean()
      .default(false)
      .describe('ln(1 + exp(d_ap − d_an)) instead of the hinge; the margin is unused then'),
    reduction: z
      .enum(['mean', 'nonzero-mean'])
      .default('mean')
      .describe('over all mined triplets, or over those that lose something'),
    normalize: z.boolean().default(false).describe('divide each embedding by its norm first'),
    distance: z
      .enum(['euclidean', 'squared', 'cosine'])
      .default('euclidean')
      .describe('d: the Euclidean distance, its square, or 1 − cosine'),
  }),
  create: (options) => triplet(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: ({ normalize, distance }) => [
    ...(normalize || distance === 'cosine' ? (['embedding-scale'] as const) : []),
    'batch-permutation',
    'class-permutation',
  ],
});
