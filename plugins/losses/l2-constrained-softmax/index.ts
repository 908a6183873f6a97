import { definePlugin } from 'ablate-ml';
import { l2ConstrainedSoftmax, options } from './l2-constrained-softmax.ts';

/** Softmax over embeddings of one norm. */
export default definePlugin({
  kind: 'loss',
  name: 'l2-constrained-softmax',
  summary: 'Softmax over embeddings of one fixed norm (Ranjan et al., 2017)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => l2ConstrainedSoftmax(options),
  needs: () => ({ scores: 'linear' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
