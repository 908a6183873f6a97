import { definePlugin } from 'ablate-ml';
import { options, pca } from './pca.ts';

export default definePlugin({
  kind: 'post-processor',
  name: 'pca',
  summary: 'Principal components of training embeddings, whitened where asked for.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => pca(options),
});
