import { definePlugin, figureWidth, pageWidth, z } from 'ablate-ml';

export default definePlugin({
  kind: 'figure',
  name: 'confused-pairs',
  summary:
    'The image pairs that verification gets most wrong: different classes that look alike, same classes that do not.',
  framework: '^0.1.0',
  schema: z.strictObject({
    width: figureWidth(pageWidth),
    pairs: z.int().min(1).max(50).default(6).describe('Pairs of each kind.'),
  }),
  create: async (options) => {
    const { confusedPairs } = await import('./confused-pairs.ts');
    return confusedPairs(options);
  },
});
