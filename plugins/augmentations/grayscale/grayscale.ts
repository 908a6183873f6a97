import { type Augmentation, z } from 'ablate-ml';
import { grayscale as withoutColors, probability } from 'ablate-ml/augmentations';

/** Options of `grayscale`. */
export const options = z.strictObject({
  p: probability(0.1),
});

/** Options of `grayscale`. */
export type GrayscaleOptions = z.output<typeof options>;

/** Makes an image gray, in as many channels as it has: `RandomGrayscale` of torchvision. */
export function grayscale({ p }: GrayscaleOptions): Augmentation {
  return { p, apply: withoutColors, sizeAfter: (size) => size };
}
