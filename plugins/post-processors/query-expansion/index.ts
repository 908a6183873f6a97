import { definePlugin } from 'ablate-ml';
import { queryExpansion, options } from './query-expansion.ts';

export default definePlugin({
  kind: 'post-processor',
  name: 'query-expansion',
  summary: 'Adds to each query its nearest rows of the gallery.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => queryExpansion(options),
});
