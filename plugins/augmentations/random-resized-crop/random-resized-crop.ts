import { type Augmentation, type ImageSize, type Random, z } from 'ablate-ml';
import {
  cropRaster,
  interpolationOption,
  probability,
  rangeOption,
  resizeRaster,
  roundHalfToEven,
  sidesOf,
  sizeOption,
} from 'ablate-ml/augmentations';

/** Options of `random-resized-crop`. */
export const options = z.strictObject({
  size: sizeOption.describe('side, or `[height, width]`, in pixels of what comes out'),
  scale: rangeOption(1e-6, 1).default([0.08, 1]).describe('share of the area that is cut out, least and most'),
  ratio: rangeOption(1e-3)
    .default([3 / 4, 4 / 3])
    .describe('width divided by height of the part, least and most'),
  interpolation: interpolationOption,
  p: probability(),
});

/** Options of `random-resized-crop`. */
export type RandomResizedCropOptions = z.output<typeof options>;

/** Tries before a part in the middle is taken. */
const tries = 10;

/** Cuts a random part out and resizes it (Szegedy et al., CVPR 2015, section 6; `RandomResizedCrop` of torchvision). */
export function randomResizedCrop({ size, scale, ratio, interpolation, p }: RandomResizedCropOptions): Augmentation {
  const after = sidesOf(size);
  return {
    p,
    apply(image, random) {
      const { at, size: part } = drawPart([image.height, image.width], { scale, ratio }, random);
      return resizeRaster(cropRaster(image, at, part), after, interpolation);
    },
    sizeAfter: () => after,
  };
}

/** Draws a part: area and proportions, then its place; the largest part in the middle where ten of them do not fit. */
function drawPart(
  [height, width]: ImageSize,
  { scale, ratio }: Pick<RandomResizedCropOptions, 'scale' | 'ratio'>,
  random: Random,
): { readonly at: readonly [top: number, left: number]; readonly size: ImageSize } {
  for (let attempt = 0; attempt < tries; attempt++) {
    const area = height * width * random.between(...scale);
    const proportions = Math.exp(random.between(Math.log(ratio[0]), Math.log(ratio[1])));
    const columns = roundHalfToEven(Math.sqrt(area * proportions));
    const rows = roundHalfToEven(Math.sqrt(area / proportions));
    if (columns < 1 || columns > width || rows < 1 || rows > height) continue;
    return { at: [random.integer(height - rows + 1), random.integer(width - columns + 1)], size: [rows, columns] };
  }
  const proportions = width / height;
  const rows = proportions < ratio[0] ? Math.max(1, Math.min(height, roundHalfToEven(width / ratio[0]))) : height;
  const columns = proportions > ratio[1] ? Math.max(1, Math.min(width, roundHalfToEven(height * ratio[1]))) : width;
  return { at: [Math.floor((height - rows) / 2), Math.floor((width - columns) / 2)], size: [rows, columns] };
}
