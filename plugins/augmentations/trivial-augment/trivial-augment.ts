import { type Augmentation, z } from 'ablate-ml';
import { applyOperation, fillOption, type OperationName, probability } from 'ablate-ml/augmentations';

/** Options of `trivial-augment`. */
export const options = z.strictObject({
  numMagnitudeBins: z.int().min(2).default(31).describe('strengths that there are'),
  fill: fillOption,
  p: probability(),
});

/** Options of `trivial-augment`. */
export type TrivialAugmentOptions = z.output<typeof options>;

/**
 * Operations with their strength from 0 to 1, and whether it may go either way (torchvision's `TrivialAugmentWide`).
 */
const operations: readonly (readonly [name: OperationName, at: (share: number) => number, signed: boolean])[] = [
  ['identity', () => 0, false],
  ['shear-x', (share) => 0.99 * share, true],
  ['shear-y', (share) => 0.99 * share, true],
  ['translate-x', (share) => 32 * share, true],
  ['translate-y', (share) => 32 * share, true],
  ['rotate', (share) => 135 * share, true],
  ['brightness', (share) => 0.99 * share, true],
  ['color', (share) => 0.99 * share, true],
  ['contrast', (share) => 0.99 * share, true],
  ['sharpness', (share) => 0.99 * share, true],
  ['posterize', (share) => 8 - Math.round(6 * share), false],
  ['solarize', (share) => 255 * (1 - share), false],
  ['auto-contrast', () => 0, false],
  ['equalize', () => 0, false],
];

/** Applies one operation of a strength drawn uniformly (Müller and Hutter, ICCV 2021, algorithm 1). */
export function trivialAugment({ numMagnitudeBins, fill, p }: TrivialAugmentOptions): Augmentation {
  return {
    p,
    apply(image, random) {
      const [name, strength, signed] = operations[random.integer(operations.length)]!;
      const amount = strength(random.integer(numMagnitudeBins) / (numMagnitudeBins - 1));
      return applyOperation(image, name, signed && random.integer(2) === 1 ? -amount : amount, fill);
    },
    sizeAfter: (size) => size,
  };
}
