import { definePlugin } from 'ablate-ml';
import { options, softmax } from './softmax.ts';

/** Cross-entropy over a linear head. */
export default definePlugin({
  kind: 'loss',
  name: 'softmax',
  summary: 'Softmax cross-entropy, with label smoothing by option',
  framework: '^0.1.0',
  schema: options,
  create: (options) => softmax(options),
  needs: () => ({ scores: 'linear' }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
