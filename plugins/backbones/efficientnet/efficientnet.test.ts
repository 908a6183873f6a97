import { beforeAll, expect, test } from 'vitest';
import { onFastestDevice, stepOf, trainedNumbers } from '#test/backbone-on-device';
import plugin from './index.ts';

beforeAll(onFastestDevice);

// As timm counts them, without the classifier.
test.each([
  [{ model: 'b0' }, 4_007_548],
  [{ model: 'b1' }, 6_513_184],
  [{ model: 'b2' }, 7_700_994],
  [{ model: 'lite0' }, 3_371_008],
])('the published number of parameters: %o has %i', async (options, expected) => {
  expect(await trainedNumbers(plugin, options, [224, 224, 3])).toBe(expected);
});

test.each([
  [{ model: { channels: 0.1, depth: 0.5, lite: false, head: 12 }, dropPath: 0.1 }, [48, 56, 3], 12],
  [{ model: { channels: 0.1, depth: 0.5, lite: true, head: 12 }, pool: 'max', embedding: 5 }, [40, 40, 1], 5],
])('one step reaches every parameter: %o at %o gives %i columns', async (options, shape, columns) => {
  expect(await stepOf(plugin, options, shape as [number, number, number])).toEqual({
    embedding: [4, columns],
    untrained: [],
    left: 0,
  });
});
