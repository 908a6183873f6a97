import { definePlugin, figureWidth, columnWidth, z } from 'ablate-ml';

export default definePlugin({
  kind: 'figure',
  name: 'roc-det',
  summary: 'ROC and DET of verification: true accepts, and misses, against false accepts.',
  framework: '^0.1.0',
  schema: z.strictObject({
    width: figureWidth(columnWidth),
    scale: z
      .enum(['log', 'linear'])
      .default('log')
      .describe('Axis of the false accept rate in the ROC; the DET has both logarithmic.'),
  }),
  create: async (options) => {
    const { rocDet } = await import('./roc-det.ts');
    return rocDet(options);
  },
});
