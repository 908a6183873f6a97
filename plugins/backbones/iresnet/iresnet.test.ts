import { beforeAll, expect, test } from 'vitest';
import { onFastestDevice, stepOf, trainedNumbers } from '#test/backbone-on-device';
import plugin from './index.ts';

beforeAll(onFastestDevice);

// Counted by test/reference/backbones/pytorch.py; published as 24.03, 34.14, 43.59 and 65.15 million.
test.each([
  [{ layers: 18 }, [112, 112, 3], 24_025_088],
  [{ layers: 34 }, [112, 112, 3], 34_138_816],
  [{ layers: 50 }, [112, 112, 3], 43_590_336],
  [{ layers: 100 }, [112, 112, 3], 65_155_648],
])('the published number of parameters: %o at %o is %i', async (options, shape, expected) => {
  expect(await trainedNumbers(plugin, options, shape as [number, number, number])).toBe(expected);
});

test.each([
  [{ layers: 18, embedding: 6 }, [24, 33, 3], 6],
  [{ layers: 50, embedding: 6 }, [16, 16, 1], 6],
])('one step reaches every parameter: %o at %o gives %i columns', async (options, shape, columns) => {
  expect(await stepOf(plugin, options, shape as [number, number, number])).toEqual({
    embedding: [4, columns],
    untrained: [],
    left: 0,
  });
});
