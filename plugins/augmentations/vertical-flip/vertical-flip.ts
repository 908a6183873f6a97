import { type Augmentation, z } from 'ablate-ml';
import { flipRaster, probability } from 'ablate-ml/augmentations';

/** Options of `vertical-flip`. */
export const options = z.strictObject({
  p: probability(0.5),
});

/** Options of `vertical-flip`. */
export type VerticalFlipOptions = z.output<typeof options>;

/** Mirrors an image: `RandomVerticalFlip` of torchvision. */
export function verticalFlip({ p }: VerticalFlipOptions): Augmentation {
  return { p, apply: (image) => flipRaster(image, 'vertical'), sizeAfter: (size) => size };
}
