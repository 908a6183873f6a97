import { definePlugin, figureWidth, columnWidth, z } from 'ablate-ml';

export default definePlugin({
  kind: 'figure',
  name: 'cmc',
  summary: 'Cumulative match characteristic, and rank-1 identification by the number of distractors.',
  framework: '^0.1.0',
  schema: z.strictObject({
    width: figureWidth(columnWidth),
    ranks: z.int().min(2).default(50).describe('Longest rank that is drawn.'),
  }),
  create: async (options) => {
    const { cmc } = await import('./cmc.ts');
    return cmc(options);
  },
});
