import { definePlugin, marginOptions, z } from 'ablate-ml';
import { subcenterArcface } from './subcenter-arcface.ts';

/** ArcFace with several centers a class. */
export default definePlugin({
  kind: 'loss',
  name: 'subcenter-arcface',
  summary: 'ArcFace to the nearest of K sub-centers a class (Deng et al., ECCV 2020)',
  framework: '^0.1.0',
  schema: z.strictObject({
    s: marginOptions.scale(64).describe('scale of the logits'),
    m: marginOptions.angle('m', 0.5).describe('margin added to the target angle, in radians'),
    subCenters: z
      .number()
      .int('subCenters counts sub-centers: a whole number')
      .min(1, 'subCenters counts the sub-centers of a class: at least 1')
      .default(3)
      .describe('K: sub-centers a class; the cosine head must have as many'),
    guard: z
      .enum(['linear', 'none'])
      .default('linear')
      .describe('where θ > π − m: `linear` takes cosθ − m sin m, `none` keeps cos(θ + m)'),
    easyMargin: z.boolean().default(false).describe('the margin only where cosθ > 0, and cosθ elsewhere'),
  }),
  create: (options) => subcenterArcface(options),
  needs: ({ subCenters }) => ({ scores: 'cosine', subCenters }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
