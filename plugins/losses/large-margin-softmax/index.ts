import { definePlugin } from 'ablate-ml';
import { largeMarginSoftmax, options } from './large-margin-softmax.ts';

/** Large-margin softmax. */
export default definePlugin({
  kind: 'loss',
  name: 'large-margin-softmax',
  summary: 'Large-margin softmax: a margin that multiplies the angle, weights not normalized (Liu et al., ICML 2016)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => largeMarginSoftmax(options),
  needs: () => ({ scores: 'linear' }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
