import { type Augmentation, type Random, type Raster, z } from 'ablate-ml';
import {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  probability,
  rangeOption,
} from 'ablate-ml/augmentations';

const amount = z.union([z.number().min(0), rangeOption(0)]);

/** Options of `color-jitter`. */
export const options = z.strictObject({
  brightness: amount.default(0).describe('factor from 1 − this to 1 + this, or from the first to the second of two'),
  contrast: amount.default(0).describe('factor of the distances from the mean gray, likewise'),
  saturation: amount.default(0).describe("factor of the distances from each pixel's gray, likewise"),
  hue: z
    .union([z.number().min(0).max(0.5), rangeOption(-0.5, 0.5)])
    .default(0)
    .describe('turn of the hue from −this to this, 0.5 for half a circle, or from the first to the second of two'),
  p: probability(),
});

/** Options of `color-jitter`. */
export type ColorJitterOptions = z.output<typeof options>;

/** Varies colors by random factors, in random order: `ColorJitter` of torchvision. */
export function colorJitter({ brightness, contrast, saturation, hue, p }: ColorJitterOptions): Augmentation {
  const factors = (amount: number | readonly [number, number]): readonly [number, number] =>
    typeof amount === 'number' ? [Math.max(0, 1 - amount), 1 + amount] : amount;
  const turns = typeof hue === 'number' ? ([-hue, hue] as const) : hue;
  const changes: readonly ((image: Raster, random: Random) => Raster)[] = [
    (image, random) => adjustBrightness(image, random.between(...factors(brightness))),
    (image, random) => adjustContrast(image, random.between(...factors(contrast))),
    (image, random) => adjustSaturation(image, random.between(...factors(saturation))),
    (image, random) => adjustHue(image, random.between(...turns)),
  ];
  const asked = [factors(brightness), factors(contrast), factors(saturation), turns].map(
    ([low, high], index) => low !== high || low !== (index === 3 ? 0 : 1),
  );
  const made = changes.filter((_, index) => asked[index]);
  return {
    p,
    apply: (image, random) => random.shuffle([...made]).reduce((result, change) => change(result, random), image),
    sizeAfter: (size) => size,
  };
}
