import { type Augmentation, flipRaster, probability, z } from 'ablate-ml';

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
