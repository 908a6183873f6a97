import { type Augmentation, z } from 'ablate-ml';
import { flipRaster, probability } from 'ablate-ml/augmentations';

/** Options of `horizontal-flip`. */
export const options = z.strictObject({
  p: probability(0.5),
});

/** Options of `horizontal-flip`. */
export type HorizontalFlipOptions = z.output<typeof options>;

/** Mirrors an image: `RandomHorizontalFlip` of torchvision. */
export function horizontalFlip({ p }: HorizontalFlipOptions): Augmentation {
  return { p, apply: (image) => flipRaster(image, 'horizontal'), sizeAfter: (size) => size };
}
