import { definePlugin } from 'ablate-ml';
import { normalizedSoftmax, options } from './normalized-softmax.ts';

/** NormFace: softmax over scaled cosines. */
export default definePlugin({
  kind: 'loss',
  name: 'normalized-softmax',
  summary: 'Softmax over scaled cosines, without margin (NormFace, Wang et al., ACM MM 2017)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => normalizedSoftmax(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
