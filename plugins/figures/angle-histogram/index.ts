import { definePlugin, figureWidth, pageWidth, z } from 'ablate-ml';

export default definePlugin({
  kind: 'figure',
  name: 'angle-histogram',
  summary: 'Angles between embeddings of the same and of different classes, and where their distributions overlap.',
  framework: '^0.1.0',
  schema: z.strictObject({
    width: figureWidth(pageWidth),
    pairs: z
      .int()
      .min(10)
      .default(20_000)
      .describe("Most pairs of each kind; drawn by the run's seed where the data set has no pairs of its own."),
    bins: z.int().min(4).max(360).default(60).describe('Bins from 0° to 180°.'),
    columns: z.int().min(1).max(12).default(3).describe('Most panels in a row.'),
  }),
  create: async (options, context) => {
    const { angleHistogram } = await import('./angle-histogram.ts');
    return angleHistogram(options, context);
  },
});
