import { beforeAll, expect, test } from 'vitest';
import { onFastestDevice, stepOf, trainedNumbers } from '#test/backbone-on-device';
import plugin from './index.ts';

beforeAll(onFastestDevice);

// As torchvision counts them, without the classifier.
test.each([
  [{ size: 'small' }, 927_008],
  [{ size: 'large' }, 2_971_952],
])('the published number of parameters: %o has %i', async (options, expected) => {
  expect(await trainedNumbers(plugin, options, [224, 224, 3])).toBe(expected);
});

test.each([
  [{ size: 'small', width: 0.25 }, [64, 48, 3], 144],
  [{ size: 'large', width: 0.1, embedding: 5 }, [64, 64, 1], 5],
])('one step reaches every parameter: %o at %o gives %i columns', async (options, shape, columns) => {
  expect(await stepOf(plugin, options, shape as [number, number, number])).toEqual({
    embedding: [4, columns],
    untrained: [],
    left: 0,
  });
});
