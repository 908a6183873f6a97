import { expect, it } from 'vitest';
import { countRuns, countWords, groupMean } from './group-mean.ts';

const run = (seed: number, index: number, of: number, value: number) => ({ seed, fold: { index, of }, value });
const four = [run(1, 0, 5, 0.2), run(1, 1, 5, 0.3), run(2, 0, 5, 0.4), run(2, 1, 5, 0.5)];

it('widens an interval by the folds of the split, however many of them there are runs of', () => {
  // Mean 0.35, s² = 0.05 / 3, variance (1/4 + 1/4) s², t(0.975, 3) = 3.182446.
  const { mean, halfWidth, count } = groupMean([...four, run(3, 0, 5, NaN)], ({ value }) => value);
  expect([mean, count]).toEqual([0.35, 4]);
  expect(halfWidth).toBeCloseTo(3.182446 * Math.sqrt(0.5 * (0.05 / 3)), 6);
});

it('says seeds, folds and those of a split that are not there', () => {
  expect(countWords(countRuns(four))).toBe('2 seeds × 2 of 5 folds');
  expect(countWords(countRuns([run(1, 0, 2, 1), run(1, 1, 2, 1)]))).toBe('1 seed × 2 folds');
  expect(countWords(countRuns([{ seed: 1 }, { seed: 2 }]))).toBe('2 seeds');
});
