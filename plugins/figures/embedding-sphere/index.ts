import { definePlugin, figureWidth, pageWidth, z } from 'ablate-ml';

export default definePlugin({
  kind: 'figure',
  name: 'embedding-sphere',
  summary: 'Three-dimensional embeddings on the unit sphere, for losses on angles.',
  framework: '^0.1.0',
  schema: z.strictObject({
    width: figureWidth(pageWidth),
    points: z.int().min(1).default(1500).describe('Most points a panel; more are thinned evenly.'),
    face: z
      .enum(['mean', 'axes'])
      .default('mean')
      .describe(
        "Whether each sphere is first turned so that its points' mean direction faces the reader, or seen along its own axes.",
      ),
    yaw: z.number().min(-180).max(180).default(0).describe('Turn about the vertical axis in degrees.'),
    pitch: z.number().min(-90).max(90).default(15).describe('Tilt towards the reader in degrees.'),
    columns: z.int().min(1).max(12).default(3).describe('Most panels in a row.'),
  }),
  create: async (options) => {
    const { embeddingSphere } = await import('./embedding-sphere.ts');
    return embeddingSphere(options);
  },
});
