import type { Random } from '../../base/random/random.ts';
import type { SplitCounts } from './split-amounts.ts';

/** Rows of a store by role. */
export interface RowsByRole {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/**
 * Deals `rows` out by a permutation: the test rows come first, the validation rows last. So the test rows stay the
 * same, whatever part of the others is set aside for validation.
 */
export function cutRows(rows: Int32Array, counts: SplitCounts, random: Random): RowsByRole {
  const dealt = random.shuffle(rows.slice());
  const trainEnd = counts.test + counts.train;
  return {
    test: dealt.subarray(0, counts.test),
    train: dealt.subarray(counts.test, trainEnd),
    validation: dealt.subarray(trainEnd, trainEnd + counts.validation),
  };
}
