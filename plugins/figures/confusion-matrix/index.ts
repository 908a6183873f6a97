import { definePlugin, figureWidth, pageWidth, z } from 'ablate-ml';

export default definePlugin({
  kind: 'figure',
  name: 'confusion-matrix',
  summary: 'Which classes the head takes for which.',
  framework: '^0.1.0',
  schema: z.strictObject({
    width: figureWidth(pageWidth),
    most: z
      .int()
      .min(2)
      .max(200)
      .default(20)
      .describe('Most classes; of more, those that are confused most are drawn.'),
    columns: z.int().min(1).max(12).default(3).describe('Most panels in a row.'),
  }),
  create: async (options) => {
    const { confusionMatrix } = await import('./confusion-matrix.ts');
    return confusionMatrix(options);
  },
});
