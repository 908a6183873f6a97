import { definePlugin } from 'ablate-ml';
import { embeddingScatter, options } from './embedding-scatter.ts';

export default definePlugin({
  kind: 'figure',
  name: 'embedding-scatter',
  summary:
    'The two-dimensional embedding, colored by class, with the class centers (Wen et al. 2016, figures 2 and 3).',
  framework: '^0.1.0',
  schema: options,
  create: (options) => embeddingScatter(options),
});
