import { type Augmentation, z } from 'ablate-ml';
import {
  affineMatrix,
  fillOption,
  probability,
  rangeOption,
  roundHalfToEven,
  warpInterpolation,
  warpRaster,
} from 'ablate-ml/augmentations';

const rangeOfFour = z
  .tuple([z.number(), z.number(), z.number(), z.number()])
  .refine(([a, b, c, d]) => a <= b && c <= d && Math.max(Math.abs(a), Math.abs(b), Math.abs(c), Math.abs(d)) < 90, {
    message: 'two ranges of degrees between −90 and 90 are expected',
  });

/** Options of `affine`. */
export const options = z.strictObject({
  degrees: rangeOption(-360, 360).default([0, 0]).describe('least and most degrees, clockwise'),
  translate: z
    .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
    .default([0, 0])
    .describe('largest share of width and height that it is moved by, either way'),
  scale: rangeOption(1e-3).default([1, 1]).describe('least and most factor of its size'),
  shear: z
    .union([rangeOption(-89, 89), rangeOfFour])
    .default([0, 0])
    .describe('least and most degrees along x, or along x and y as four numbers'),
  interpolation: warpInterpolation,
  fill: fillOption,
  p: probability(),
});

/** Options of `affine`. */
export type AffineOptions = z.output<typeof options>;

/** Turns, moves, stretches and slants an image about its middle: `RandomAffine` of torchvision. */
export function affine({ degrees, translate, scale, shear, interpolation, fill, p }: AffineOptions): Augmentation {
  return {
    p,
    apply(image, random) {
      const [right, down] = [translate[0] * image.width, translate[1] * image.height];
      const change = {
        angle: random.between(...degrees),
        translate: [
          roundHalfToEven(random.between(-right, right)),
          roundHalfToEven(random.between(-down, down)),
        ] as const,
        scale: random.between(...scale),
        shear: [
          random.between(shear[0], shear[1]),
          shear.length === 4 ? random.between(shear[2], shear[3]) : 0,
        ] as const,
      };
      return warpRaster(image, affineMatrix(change, image), { interpolation, fill });
    },
    sizeAfter: (size) => size,
  };
}
