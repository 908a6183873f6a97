import { definePlugin } from 'ablate-ml';
import { angleHistogram, options } from './angle-histogram.ts';

export default definePlugin({
  kind: 'figure',
  name: 'angle-histogram',
  summary: 'Angles between embeddings of the same and of different classes, and where their distributions overlap.',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => angleHistogram(options, context),
});
