import { definePlugin, figureWidth, pageWidth, z } from 'ablate-ml';

export default definePlugin({
  kind: 'figure',
  name: 'retrieval-gallery',
  summary: 'Probes with the first images that retrieval finds for them, right or wrong.',
  framework: '^0.1.0',
  schema: z.strictObject({
    width: figureWidth(pageWidth),
    probes: z
      .int()
      .min(1)
      .max(100)
      .default(6)
      .describe('Probes, half of them such as are answered wrongly, where there are so many.'),
    found: z.int().min(1).max(50).default(10).describe('Images of each answer.'),
  }),
  create: async (options, context) => {
    const { retrievalGallery } = await import('./retrieval-gallery.ts');
    return retrievalGallery(options, context);
  },
});
