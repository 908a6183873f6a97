import { definePlugin, z } from 'ablate-ml';
import { center } from './center.ts';

/** Center loss, added to a classification loss. */
export default definePlugin({
  kind: 'loss',
  name: 'center',
  summary: 'Center loss: pulls embeddings to their class centers (Wen et al., ECCV 2016)',
  framework: '^0.1.0',
  schema: z.strictObject({
    lambda: z
      .number()
      .min(0, 'lambda weighs a distance and cannot be negative')
      .default(0.003)
      .describe('λ: weight against the classification loss'),
    alpha: z
      .number()
      .min(0, 'alpha is the share of the way a center moves and lies in [0, 1]')
      .max(1, 'alpha is the share of the way a center moves and lies in [0, 1]')
      .default(0.5)
      .describe('α: rate of the centers, for `update: paper`'),
    reduction: z.enum(['mean', 'sum']).default('mean').describe('`mean` over the batch, or the `sum` of eq. 2'),
    update: z
      .enum(['paper', 'released-code', 'gradient', 'batch-mean'])
      .default('paper')
      .describe(
        'how the centers move: eq. 4; as in the released Caffe code; by the gradient of the loss; to the mean of the batch',
      ),
  }),
  create: (options, context) => center(options, context),
  inexactGradients: ({ update }): Record<string, string> =>
    update === 'released-code' ? { centers: 'the step of the released layer, whatever λ and reduction' } : {},
  invariances: () => ['batch-permutation', 'class-permutation'],
});
