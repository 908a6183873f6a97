import { definePlugin } from 'ablate-ml';
import { embeddingProjection, options } from './embedding-projection.ts';

export default definePlugin({
  kind: 'figure',
  name: 'embedding-projection',
  summary: 'Embeddings of more than two dimensions in the plane, by PCA or UMAP.',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => embeddingProjection(options, context),
});
