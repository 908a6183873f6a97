import { definePlugin, figureWidth, pageWidth, z } from 'ablate-ml';

export default definePlugin({
  kind: 'figure',
  name: 'embedding-projection',
  summary: 'Embeddings of more than two dimensions in the plane, by PCA or UMAP.',
  framework: '^0.1.0',
  schema: z.strictObject({
    width: figureWidth(pageWidth),
    method: z
      .enum(['pca', 'umap'])
      .default('pca')
      .describe('`pca`: the two directions of largest variance; `umap`: neighborhoods kept.'),
    points: z.int().min(3).default(1500).describe('Most points a panel; more are thinned evenly.'),
    neighbors: z.int().min(2).max(200).default(15).describe('UMAP: neighbors whose closeness is kept.'),
    minDistance: z.number().min(0).max(1).default(0.1).describe('UMAP: how close points may be packed.'),
    distance: z
      .enum(['cosine', 'euclidean'])
      .default('cosine')
      .describe('What is near: by angle (embeddings are divided by their norms) or as they are.'),
    columns: z.int().min(1).max(12).default(3).describe('Most panels in a row.'),
  }),
  create: async (options, context) => {
    const { embeddingProjection } = await import('./embedding-projection.ts');
    return embeddingProjection(options, context);
  },
});
