import { definePlugin, marginOptions, z } from 'ablate-ml';
import { magface } from './magface.ts';

/** MagFace: a margin that grows with the magnitude. */
export default definePlugin({
  kind: 'loss',
  name: 'magface',
  summary: 'Margin and regularizer by the magnitude of the embedding (MagFace, Meng et al., CVPR 2021)',
  framework: '^0.1.0',
  schema: z
    .strictObject({
      s: marginOptions.scale(64).describe('scale of the logits'),
      la: z
        .number()
        .positive('la is a magnitude and must be greater than 0')
        .default(10)
        .describe('smaller magnitudes count as this'),
      ua: z
        .number()
        .positive('ua is a magnitude and must be greater than 0')
        .default(110)
        .describe('larger magnitudes count as this'),
      lMargin: marginOptions.angle('lMargin', 0.45).describe('margin at magnitude `la`, in radians'),
      uMargin: marginOptions.angle('uMargin', 0.8).describe('margin at magnitude `ua`, in radians'),
      lambdaG: z
        .number()
        .min(0, 'lambdaG weighs a regularizer and cannot be negative')
        .default(35)
        .describe('λ_g: weight of the regularizer of the magnitude'),
      easyMargin: z
        .boolean()
        .default(true)
        .describe('the margin only where cosθ > 0, and cosθ elsewhere; otherwise cosθ − m sin m past θ > π − m'),
    })
    .refine(({ la, ua }) => la < ua, {
      path: ['ua'],
      message: 'ua must be greater than la: the margin grows from la to ua',
    })
    .refine(({ lMargin, uMargin }) => lMargin <= uMargin, {
      path: ['uMargin'],
      message: 'uMargin cannot be less than lMargin: the margin must not fall as the magnitude grows',
    }),
  create: (options) => magface(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
