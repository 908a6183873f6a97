import { type Augmentation, type ImageSize, z } from 'ablate-ml';
import { interpolationOption, probability, resizeRaster, sizeOption } from 'ablate-ml/augmentations';

/** Options of `resize`. */
export const options = z.strictObject({
  size: sizeOption.describe('shorter side in pixels, the other one following, or `[height, width]`'),
  interpolation: interpolationOption,
  p: probability(),
});

/** Options of `resize`. */
export type ResizeOptions = z.output<typeof options>;

/** Resizes an image: `Resize` of torchvision. */
export function resize({ size, interpolation, p }: ResizeOptions): Augmentation {
  const after = ([height, width]: ImageSize): ImageSize => {
    if (typeof size !== 'number') return size;
    const other = Math.max(1, Math.trunc((size * Math.max(height, width)) / Math.min(height, width)));
    return height <= width ? [size, other] : [other, size];
  };
  return {
    p,
    apply: (image) => resizeRaster(image, after([image.height, image.width]), interpolation),
    sizeAfter: (before) => (before ? after(before) : typeof size === 'number' ? undefined : size),
  };
}
