import { type Augmentation, type ImageSize, z } from 'ablate-ml';
import { applyOperation, fillOption, type OperationName, probability } from 'ablate-ml/augmentations';

/** Options of `rand-augment`. */
export const options = z
  .strictObject({
    numOps: z.int().min(0).max(20).default(2).describe('operations that an image goes through'),
    magnitude: z.int().min(0).default(9).describe('strength of all of them, below `numMagnitudeBins`'),
    numMagnitudeBins: z.int().min(2).default(31).describe('strengths that there are'),
    fill: fillOption,
    p: probability(),
  })
  .refine(({ magnitude, numMagnitudeBins }) => magnitude < numMagnitudeBins, {
    path: ['magnitude'],
    message: 'it is below numMagnitudeBins',
  });

/** Options of `rand-augment`. */
export type RandAugmentOptions = z.output<typeof options>;

/** Operations with their strength from 0 to 1, and whether it may go either way (torchvision's `RandAugment`). */
const operations: readonly (readonly [
  name: OperationName,
  at: (share: number, size: ImageSize) => number,
  signed: boolean,
])[] = [
  ['identity', () => 0, false],
  ['shear-x', (share) => 0.3 * share, true],
  ['shear-y', (share) => 0.3 * share, true],
  ['translate-x', (share, [, width]) => (150 / 331) * width * share, true],
  ['translate-y', (share, [height]) => (150 / 331) * height * share, true],
  ['rotate', (share) => 30 * share, true],
  ['brightness', (share) => 0.9 * share, true],
  ['color', (share) => 0.9 * share, true],
  ['contrast', (share) => 0.9 * share, true],
  ['sharpness', (share) => 0.9 * share, true],
  ['posterize', (share) => 8 - Math.round(4 * share), false],
  ['solarize', (share) => 255 * (1 - share), false],
  ['auto-contrast', () => 0, false],
  ['equalize', () => 0, false],
];

/** Applies `numOps` operations, drawn with replacement, of one strength (Cubuk et al., NeurIPS 2020, figure 2). */
export function randAugment({ numOps, magnitude, numMagnitudeBins, fill, p }: RandAugmentOptions): Augmentation {
  const share = magnitude / (numMagnitudeBins - 1);
  return {
    p,
    apply(image, random) {
      let result = image;
      for (let count = 0; count < numOps; count++) {
        const [name, strength, signed] = operations[random.integer(operations.length)]!;
        const amount = strength(share, [result.height, result.width]);
        result = applyOperation(result, name, signed && random.integer(2) === 1 ? -amount : amount, fill);
      }
      return result;
    },
    sizeAfter: (size) => size,
  };
}
