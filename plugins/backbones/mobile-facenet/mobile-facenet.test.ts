import { beforeAll, expect, test } from 'vitest';
import { onFastestDevice, stepOf, trainedNumbers } from '#test/backbone-on-device';
import plugin from './index.ts';

beforeAll(onFastestDevice);

// Counted by test/reference/backbones/pytorch.py; the paper's 0.99 million are these without PReLU's 7,552 slopes.
test.each([[{}, [112, 112, 3], 1_003_136]])(
  'the published number of parameters: %o at %o is %i',
  async (options, shape, expected) => {
    expect(await trainedNumbers(plugin, options, shape as [number, number, number])).toBe(expected);
  },
);

test.each([
  [{}, [32, 24, 1], 128],
  [{ embedding: 6 }, [112, 112, 3], 6],
])('one step reaches every parameter: %o at %o gives %i columns', async (options, shape, columns) => {
  expect(await stepOf(plugin, options, shape as [number, number, number])).toEqual({
    embedding: [4, columns],
    untrained: [],
    left: 0,
  });
});
