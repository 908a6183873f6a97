import { expect, it } from 'vitest';
import { largestTogether } from './fitting-workers.ts';

it.each([
  ['all fit', [5, 5, 5, 5], 4, 20, 4],
  ['three of four fit', [5, 5, 5, 5], 4, 16, 3],
  ['the largest may meet, whatever their order', [1, 9, 1, 9], 4, 18, 2],
  ['one that does not fit by itself is left to its own check', [9], 1, 5, 1],
  ['nothing is known', [], 4, 1, 4],
  ['fewer are known than there are workers', [2, 2], 4, 5, 4],
])('%s', (_, peaks, most, free, count) => expect(largestTogether(peaks, most, free)).toBe(count));
