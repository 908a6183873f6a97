import { definePlugin, figureWidth, pageWidth, z } from 'ablate-ml';

export default definePlugin({
  kind: 'figure',
  name: 'embedding-scatter',
  summary:
    'The two-dimensional embedding, colored by class, with the class centers (Wen et al. 2016, figures 2 and 3).',
  framework: '^0.1.0',
  schema: z.strictObject({
    width: figureWidth(pageWidth),
    points: z.int().min(1).default(1500).describe('Most points a panel; more are thinned evenly.'),
    columns: z.int().min(1).max(12).default(3).describe('Most panels in a row.'),
    roles: z
      .array(z.enum(['train', 'test', 'validation', 'gallery', 'probe', 'pairs']))
      .min(1)
      .default(['test'])
      .describe('Which images; several stand beside one another, as train beside test.'),
  }),
  create: async (options) => {
    const { embeddingScatter } = await import('./embedding-scatter.ts');
    return embeddingScatter(options);
  },
});
