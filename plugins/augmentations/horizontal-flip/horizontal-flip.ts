import { type Augmentation, flipRaster, probability, z } from 'ablate-ml';

/** Options of `horizontal-flip`. */
export const horizontalFlipOptions = z.strictObject({
  p: probability(0.5),
});

/** What they give. */
export type HorizontalFlipOptions = z.output<typeof horizontalFlipOptions>;

/** Mirrors an image: `RandomHorizontalFlip` of torchvision. */
export function horizontalFlip({ p }: HorizontalFlipOptions): Augmentation {
  return { p, apply: (image) => flipRaster(image, 'horizontal'), sizeAfter: (size) => size };
}
