import { definePlugin, marginOptions, z } from 'ablate-ml';
import { adaface } from './adaface.ts';

/** AdaFace: a margin by image quality. */
export default definePlugin({
  kind: 'loss',
  name: 'adaface',
  summary: 'Margin adapted to image quality, told by the norm (AdaFace, Kim et al., CVPR 2022)',
  framework: '^0.1.0',
  schema: z.strictObject({
    s: marginOptions.scale(64).describe('scale of the logits'),
    m: marginOptions.angle('m', 0.4).describe('m: the margin in radians and in cosine, between which the norm decides'),
    h: z
      .number()
      .min(0, 'h is a concentration and cannot be negative')
      .default(0.333)
      .describe('concentration: quality is h times the standardized norm, clipped to [−1, 1]'),
    tAlpha: marginOptions
      .share('tAlpha', 0.01)
      .describe('share of the batch in the running mean and deviation of the norms'),
    eps: z
      .number()
      .positive('eps keeps angles from 0 and π and must be greater than 0')
      .lt(1, 'eps keeps angles from 0 and π and must be small, below 1')
      .default(0.001)
      .describe('distance that angles and cosines keep from their ends'),
  }),
  create: (options) => adaface(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
