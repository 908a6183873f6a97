import { definePlugin, z } from 'ablate-ml';
import { softmax } from './softmax.ts';

/** Cross-entropy over a linear head. */
export default definePlugin({
  kind: 'loss',
  name: 'softmax',
  summary: 'Softmax cross-entropy, with label smoothing by option',
  framework: '^0.1.0',
  schema: z.strictObject({
    labelSmoothing: z
      .number()
      .min(0, 'labelSmoothing is a share of the target distribution and cannot be negative')
      .lt(1, 'labelSmoothing must stay below 1: at 1 the label no longer counts')
      .default(0)
      .describe('ε: share of the target distribution that is spread evenly over the classes'),
  }),
  create: (options) => softmax(options),
  needs: () => ({ scores: 'linear' }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
