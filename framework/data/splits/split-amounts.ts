import { z } from 'zod';
import { AblateError } from '../../base/errors/ablate-error.ts';

/** Option of a data set: how much goes to training, (validation) and test, in images or in shares of them. */
export const splitAmounts = z.union([
  z.tuple([z.number().positive(), z.number().min(0)]),
  z.tuple([z.number().positive(), z.number().min(0), z.number().min(0)]),
]);

/** What `splitAmounts` accepts. */
export type SplitAmounts = z.output<typeof splitAmounts>;

/** How many go to each role. */
export interface SplitCounts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/**
 * Counts of `total` things by amounts that are counts (whole numbers that add up to more than 1) or shares. Shares that
 * add up to 1 use everything; what other amounts leave over is in no role.
 *
 * @param total how many there are; @param place names them in the error: `2,000 images in FILE`
 * @throws AblateError PLUGIN_OPTIONS where there are too few
 */
export function countsOf(amounts: SplitAmounts, total: number, place: string): SplitCounts {
  const [train, validation, test] = amounts.length === 3 ? amounts : [amounts[0], 0, amounts[1]];
  const sum = train + validation + test;
  const refuse = (why: string): never => {
    throw new AblateError('PLUGIN_OPTIONS', `split: [${amounts.join(', ')}] ${why}.`, {
      given: amounts,
      remedy: 'Give whole numbers of images, or shares that add up to at most 1.',
    });
  };
  const counted = sum > 1 && amounts.every(Number.isInteger);
  if (!counted && Math.max(...amounts) > 1) refuse('mixes counts and shares');
  if (!counted) {
    if (sum > 1 + 1e-9) refuse(`shares out ${sum}, more than everything`);
    const [held, kept] = [Math.round(test * total), Math.round(validation * total)];
    return {
      train: sum > 1 - 1e-9 ? total - held - kept : Math.min(total - held - kept, Math.round(train * total)),
      validation: kept,
      test: held,
    };
  }
  if (sum > total) refuse(`asks for ${sum}, but ${place} holds ${total}`);
  return { train, validation, test };
}
