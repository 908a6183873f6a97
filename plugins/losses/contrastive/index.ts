import { definePlugin, z } from 'ablate-ml';
import { contrastive } from './contrastive.ts';

/** Contrastive loss over the pairs of a batch. */
export default definePlugin({
  kind: 'loss',
  name: 'contrastive',
  summary: 'Contrastive loss over all pairs of the batch (Hadsell et al., CVPR 2006)',
  framework: '^0.1.0',
  schema: z.strictObject({
    positiveMargin: z
      .number()
      .min(0, 'positiveMargin is a distance and cannot be negative')
      .default(0)
      .describe('m⁺: distance below which a pair of one class loses nothing'),
    negativeMargin: z
      .number()
      .positive(
        'negativeMargin must be above 0: no distance is below it otherwise, and images of two classes are never pushed apart',
      )
      .default(1)
      .describe('m⁻: distance above which a pair of two classes loses nothing'),
    squared: z.boolean().default(true).describe('half the squared hinge (the paper), or the hinge itself'),
    reduction: z
      .enum(['mean', 'nonzero-mean'])
      .default('mean')
      .describe('over all pairs, or over the positive and the negative pairs that lose something, each apart'),
    normalize: z.boolean().default(false).describe('divide each embedding by its norm first'),
  }),
  create: (options) => contrastive(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: ({ normalize }) => [
    ...(normalize ? (['embedding-scale'] as const) : []),
    'batch-permutation',
    'class-permutation',
  ],
});
