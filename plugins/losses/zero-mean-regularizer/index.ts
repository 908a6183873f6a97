import { definePlugin, z } from 'ablate-ml';
import { zeroMeanRegularizer } from './zero-mean-regularizer.ts';

/** Keeps the numbers of an embedding around 0. */
export default definePlugin({
  kind: 'loss',
  name: 'zero-mean-regularizer',
  summary:
    'Regularizer: the mean absolute sum of the numbers of each embedding, to be added with a weight (Yuan et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => zeroMeanRegularizer(),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
