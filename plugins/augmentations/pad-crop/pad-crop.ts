import { AblateError, type Augmentation, type ImageSize, z } from 'ablate-ml';
import { cropRaster, fillOption, probability, sidesOf, sizeOption } from 'ablate-ml/augmentations';

/** Options of `pad-crop`. */
export const options = z.strictObject({
  size: sizeOption
    .nullable()
    .default(null)
    .describe('side, or `[height, width]`, in pixels of the part; null for the size of the image'),
  padding: z.int().min(0).max(4096).default(4).describe('pixels that are added on every side'),
  paddingMode: z
    .enum(['constant', 'edge', 'reflect'])
    .default('constant')
    .describe('what is added: `fill`, the pixel at the edge, or the image mirrored'),
  fill: fillOption,
  p: probability(),
});

/** Options of `pad-crop`. */
export type PadCropOptions = z.output<typeof options>;

/** Pads and cuts at a random place: `RandomCrop` with `padding` of torchvision. */
export function padCrop({ size, padding, paddingMode, fill, p }: PadCropOptions): Augmentation {
  const after = size === null ? undefined : sidesOf(size);
  const requireRoom = (before: ImageSize): void => {
    if (!after || (after[0] <= before[0] + 2 * padding && after[1] <= before[1] + 2 * padding)) return;
    throw new AblateError(
      'PLUGIN_OPTIONS',
      `pad-crop cuts ${after.join(' × ')} pixels out of ${before.map((side) => side + 2 * padding).join(' × ')}, padding and all: no place is left for it.`,
      { remedy: 'Raise padding, lower size, or put a resize before it.' },
    );
  };
  return {
    p,
    apply(image, random) {
      const before = [image.height, image.width] as const;
      requireRoom(before);
      const part = after ?? before;
      const top = random.integer(image.height + 2 * padding - part[0] + 1) - padding;
      const left = random.integer(image.width + 2 * padding - part[1] + 1) - padding;
      return cropRaster(image, [top, left], part, paddingMode === 'constant' ? fill : paddingMode);
    },
    sizeAfter(before) {
      if (before) requireRoom(before);
      return after ?? before;
    },
  };
}
