import { definePlugin, figureWidth, columnWidth, z } from 'ablate-ml';

export default definePlugin({
  kind: 'figure',
  name: 'sensitivity',
  summary: 'How the final metrics depend on a numeric axis of the matrix: a weight, a margin, a scale.',
  framework: '^0.1.0',
  schema: z.strictObject({
    width: figureWidth(columnWidth),
    metrics: z.array(z.string()).nullable().default(null).describe('Which; null for the first three.'),
    path: z
      .string()
      .nullable()
      .default(null)
      .describe('Path of the matrix: `losses.1.center.lambda`; null for every numeric one with three values or more.'),
  }),
  create: async (options) => {
    const { sensitivity } = await import('./sensitivity.ts');
    return sensitivity(options);
  },
});
