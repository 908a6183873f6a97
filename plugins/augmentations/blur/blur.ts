import { type Augmentation, z } from 'ablate-ml';
import { blurRaster, probability, rangeOption } from 'ablate-ml/augmentations';

/** Options of `blur`. */
export const options = z.strictObject({
  kernelSize: z
    .int()
    .min(1)
    .max(255)
    .refine((size) => size % 2 === 1, { message: 'an odd number is expected' })
    .describe('pixels that the Gaussian reaches over, an odd number'),
  sigma: rangeOption(1e-3).default([0.1, 2]).describe('least and most deviation of the Gaussian in pixels'),
  p: probability(),
});

/** Options of `blur`. */
export type BlurOptions = z.output<typeof options>;

/** Blurs an image: `GaussianBlur` of torchvision. */
export function blur({ kernelSize, sigma, p }: BlurOptions): Augmentation {
  return {
    p,
    apply: (image, random) => blurRaster(image, kernelSize, random.between(...sigma)),
    sizeAfter: (size) => size,
  };
}
