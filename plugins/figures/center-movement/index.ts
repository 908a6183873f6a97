import { definePlugin, figureWidth, pageWidth, z } from 'ablate-ml';

export default definePlugin({
  kind: 'figure',
  name: 'center-movement',
  summary: 'How the centers of a loss move over training, as a picture with trails and as an animation.',
  framework: '^0.1.0',
  schema: z.strictObject({
    width: figureWidth(pageWidth),
    frames: z
      .int()
      .min(2)
      .max(200)
      .default(40)
      .describe('Most frames of the animation; more epochs are thinned evenly.'),
  }),
  create: async (options) => {
    const { centerMovement } = await import('./center-movement.ts');
    return centerMovement(options);
  },
});
