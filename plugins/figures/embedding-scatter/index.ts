import { definePlugin, z } from 'ablate-ml';

export default definePlugin({
  kind: 'figure',
  name: 'embedding-scatter',
  summary: 'The two-dimensional embedding, coloured by class, with the class centres (Wen et al. 2016, figures 2 and 3).',
  framework: '^0.1.0',
  schema: z.strictObject({
    points: z.int().min(1).default(1500).describe('Most points a panel; more are thinned evenly.'),
    size: z.int().min(80).max(2000).default(320).describe('Side of a panel in pixels.'),
  }),
  create: async (options) => {
    const { EmbeddingScatter } = await import('./embedding-scatter.ts');
    return new EmbeddingScatter(options);
  },
});
