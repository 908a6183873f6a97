import { type Augmentation, z } from 'ablate-ml';
import {
  affineMatrix,
  fillOption,
  probability,
  rangeOption,
  warpInterpolation,
  warpRaster,
} from 'ablate-ml/augmentations';

/** Options of `rotate`. */
export const options = z.strictObject({
  degrees: rangeOption(-360, 360).describe('least and most degrees, counterclockwise'),
  interpolation: warpInterpolation,
  fill: fillOption,
  p: probability(),
});

/** Options of `rotate`. */
export type RotateOptions = z.output<typeof options>;

/** Turns an image about its middle: `RandomRotation` of torchvision. */
export function rotate({ degrees, interpolation, fill, p }: RotateOptions): Augmentation {
  return {
    p,
    apply(image, random) {
      const angle = -random.between(...degrees);
      const matrix = affineMatrix({ angle, translate: [0, 0], scale: 1, shear: [0, 0] }, image);
      return warpRaster(image, matrix, { interpolation, fill });
    },
    sizeAfter: (size) => size,
  };
}
