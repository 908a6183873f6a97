import { definePlugin } from 'ablate-ml';
import { options, regularizer } from './regularizer.ts';

/** A regularizer as a loss. */
export default definePlugin({
  kind: 'loss',
  name: 'regularizer',
  summary: 'A regularizer of the embeddings or of the class weights, to be added to another loss with a weight',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => regularizer(options, context),
  parts: ({ use }) => [{ kind: 'regularizer', use }],
});
