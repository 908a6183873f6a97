import { definePlugin, marginOptions, z } from 'ablate-ml';
import { combinedMargin } from './combined-margin.ts';

/** The three margins together. */
export default definePlugin({
  kind: 'loss',
  name: 'combined-margin',
  summary: 'Margins multiplying the angle, added to it and taken from the cosine (Deng et al., CVPR 2019, eq. 4)',
  framework: '^0.1.0',
  schema: z.strictObject({
    s: marginOptions.scale(64).describe('scale of the logits'),
    m1: z
      .number()
      .positive('m1 multiplies the angle and must be greater than 0')
      .default(1)
      .describe('factor of the target angle'),
    m2: marginOptions.angle('m2', 0.3).describe('margin added to the target angle, in radians'),
    m3: marginOptions.cosine('m3', 0.2).describe('margin taken from the target cosine'),
  }),
  create: (options) => combinedMargin(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
