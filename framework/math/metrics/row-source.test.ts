import { expect, test } from 'vitest';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { joinRows, relabeled, rowsWhere, shuffledRows, type Labeled } from './labeled.ts';
import { rowCount, rowsBetween, rowsFrom, sourceOf } from './row-source.ts';

const first: Labeled = { dim: 2, values: Float32Array.of(1, 2, 3, 4, 5, 6), labels: Int32Array.of(0, 1, 0) };
const second: Labeled = { dim: 2, values: Float32Array.of(7, 8, 9, 10), labels: Int32Array.of(2, -1) };

test('joined rows are read across the seam', () => {
  const joined = joinRows(first, second);
  const into = new Float32Array(7).fill(-1);
  sourceOf(joined).copy(1, 4, into, 1);
  expect([...into]).toEqual([-1, 3, 4, 5, 6, 7, 8]);
  expect(rowCount(joined)).toBe(5);
  expect([...joined.labels]).toEqual([0, 1, 0, 2, -1]);
  expect([...joined.values]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('choices of choices', () => {
  const chosen = rowsWhere(joinRows(second, first), (label) => label === 0 || label === -1);
  expect([...chosen.values]).toEqual([9, 10, 1, 2, 5, 6]);
  expect([...rowsBetween(chosen, 1, 3).values]).toEqual([1, 2, 5, 6]);
  const shuffled = shuffledRows(chosen, new RandomStreams(1).stream('order'));
  expect([...shuffled.values].sort((a, b) => a - b)).toEqual([1, 2, 5, 6, 9, 10]);
  expect([...shuffled.labels].sort()).toEqual([-1, 0, 0]);
});

test('no vector is copied until values are asked for, and then once', () => {
  let copied = 0;
  const rows = rowsFrom(
    {
      count: 2,
      dim: 1,
      copy: (begin, end, into, at) => {
        copied += end - begin;
        into.fill(5, at, at + end - begin);
      },
    },
    { labels: Int32Array.of(0, 0) },
  );
  const chosen = relabeled(
    rowsWhere(rows, () => true),
    Int32Array.of(3, 4),
  );
  expect([rowCount(chosen), copied]).toEqual([2, 0]);
  expect([[...chosen.values], [...chosen.values], copied]).toEqual([[5, 5], [5, 5], 2]);
});

test('a spread copy stands for itself', () => {
  const spread = { ...joinRows(first, second), values: Float32Array.of(1, 1), labels: Int32Array.of(0) };
  expect(rowCount(spread)).toBe(1);
});
