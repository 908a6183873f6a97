import { definePlugin, figureWidth, columnWidth, z } from 'ablate-ml';

export default definePlugin({
  kind: 'figure',
  name: 'learning-curves',
  summary: 'Loss, its parts and validation metrics by epoch, as the mean over seeds with its 95 % band.',
  framework: '^0.1.0',
  schema: z.strictObject({
    width: figureWidth(columnWidth),
    metrics: z
      .array(z.string())
      .nullable()
      .default(null)
      .describe(
        'Which: `loss`, `softmax`, `validation/accuracy`; null for the loss and the first three validation metrics.',
      ),
    logLoss: z.boolean().default(false).describe('Logarithmic axis for losses.'),
  }),
  create: async (options) => {
    const { learningCurves } = await import('./learning-curves.ts');
    return learningCurves(options);
  },
});
