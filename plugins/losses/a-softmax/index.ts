import { definePlugin } from 'ablate-ml';
import { aSoftmax, options } from './a-softmax.ts';

/** SphereFace: a margin that multiplies the angle. */
export default definePlugin({
  kind: 'loss',
  name: 'a-softmax',
  summary: 'Multiplicative margin in the angle (SphereFace, Liu et al., CVPR 2017)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => aSoftmax(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: ({ s }) =>
    s === 'norm'
      ? ['batch-permutation', 'class-permutation']
      : ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
