import { type Augmentation, z } from 'ablate-ml';
import { probability, rangeOption, roundHalfToEven } from 'ablate-ml/augmentations';

/** Options of `random-erasing`. */
export const options = z.strictObject({
  scale: rangeOption(1e-6, 1).default([0.02, 0.33]).describe('share of the area that is painted over, least and most'),
  ratio: rangeOption(1e-3).default([0.3, 3.3]).describe('height divided by width of the rectangle, least and most'),
  value: z
    .union([z.int().min(0).max(255), z.literal('random')])
    .default(0)
    .describe('byte that is painted, or `random` for noise'),
  p: probability(0.5),
});

/** Options of `random-erasing`. */
export type RandomErasingOptions = z.output<typeof options>;

/** Tries before the image is left as it is. */
const tries = 10;

/** Paints a rectangle over (Zhong et al., AAAI 2020, algorithm 1; `RandomErasing` of torchvision). */
export function randomErasing({ scale, ratio, value, p }: RandomErasingOptions): Augmentation {
  return {
    p,
    apply(image, random) {
      const { data, height, width, channels } = image;
      for (let attempt = 0; attempt < tries; attempt++) {
        const area = height * width * random.between(...scale);
        const proportions = Math.exp(random.between(Math.log(ratio[0]), Math.log(ratio[1])));
        const rows = roundHalfToEven(Math.sqrt(area * proportions));
        const columns = roundHalfToEven(Math.sqrt(area / proportions));
        if (rows < 1 || rows >= height || columns < 1 || columns >= width) continue;
        const [top, left] = [random.integer(height - rows + 1), random.integer(width - columns + 1)];
        for (let y = top; y < top + rows; y++)
          for (let at = (y * width + left) * channels; at < (y * width + left + columns) * channels; at++)
            data[at] = value === 'random' ? random.integer(256) : value;
        return image;
      }
      return image;
    },
    sizeAfter: (size) => size,
  };
}
