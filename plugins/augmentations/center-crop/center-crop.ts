import { type Augmentation, z } from 'ablate-ml';
import { cropRaster, fillOption, probability, roundHalfToEven, sidesOf, sizeOption } from 'ablate-ml/augmentations';

/** Options of `center-crop`. */
export const options = z.strictObject({
  size: sizeOption.describe('side, or `[height, width]`, in pixels of the part'),
  fill: fillOption,
  p: probability(),
});

/** Options of `center-crop`. */
export type CenterCropOptions = z.output<typeof options>;

/** Cuts the middle out, padded where the image is smaller: `CenterCrop` of torchvision. */
export function centerCrop({ size, fill, p }: CenterCropOptions): Augmentation {
  const after = sidesOf(size);
  // What is added to a side that is too short is halved downwards; what is cut off, by Python's rounding.
  const start = (length: number, part: number): number =>
    length < part ? -Math.floor((part - length) / 2) : roundHalfToEven((length - part) / 2);
  return {
    p,
    apply: (image) => cropRaster(image, [start(image.height, after[0]), start(image.width, after[1])], after, fill),
    sizeAfter: () => after,
  };
}
