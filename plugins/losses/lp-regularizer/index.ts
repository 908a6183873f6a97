import { definePlugin } from 'ablate-ml';
import { lpRegularizer, options } from './lp-regularizer.ts';

/** Keeps embeddings short. */
export default definePlugin({
  kind: 'loss',
  name: 'lp-regularizer',
  summary: 'Regularizer: the mean p-norm of the embeddings, to be added with a weight',
  framework: '^0.1.0',
  schema: options,
  create: (options) => lpRegularizer(options),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
