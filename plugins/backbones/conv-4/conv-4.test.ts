import { beforeAll, expect, test } from 'vitest';
import { onFastestDevice, stepOf, trainedNumbers } from '#test/backbone-on-device';
import plugin from './index.ts';

beforeAll(onFastestDevice);

// Counted by test/reference/backbones/pytorch.py; 113,088 is the few-shot literature's 0.11 million.
test.each([
  [{}, [28, 28, 1], 111_936],
  [{}, [84, 84, 3], 113_088],
])('the published number of parameters: %o at %o is %i', async (options, shape, expected) => {
  expect(await trainedNumbers(plugin, options, shape as [number, number, number])).toBe(expected);
});

test.each([
  [{ channels: 8 }, [28, 28, 1], 8],
  [{ channels: 8 }, [84, 40, 3], 5 * 2 * 8],
  [{ channels: 8, embedding: 3 }, [16, 16, 1], 3],
])('one step reaches every parameter: %o at %o gives %i columns', async (options, shape, columns) => {
  expect(await stepOf(plugin, options, shape as [number, number, number])).toEqual({
    embedding: [4, columns],
    untrained: [],
    left: 0,
  });
});

test('images that cannot be halved four times are refused', async () => {
  await expect(stepOf(plugin, {}, [15, 28, 1])).rejects.toThrow('these are 15×28 pixels');
});
