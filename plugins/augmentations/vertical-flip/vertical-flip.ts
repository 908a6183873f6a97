import { type Augmentation, flipRaster, probability, z } from 'ablate-ml';

/** Options of `vertical-flip`. */
export const verticalFlipOptions = z.strictObject({
  p: probability(0.5),
});

/** What they give. */
export type VerticalFlipOptions = z.output<typeof verticalFlipOptions>;

/** Mirrors an image: `RandomVerticalFlip` of torchvision. */
export function verticalFlip({ p }: VerticalFlipOptions): Augmentation {
  return { p, apply: (image) => flipRaster(image, 'vertical'), sizeAfter: (size) => size };
}
