import { beforeAll, expect, test } from 'vitest';
import { onFastestDevice, stepOf, trainedNumbers } from '#test/backbone-on-device';
import plugin from './index.ts';

beforeAll(onFastestDevice);

// As timm counts them, without the classifier.
test.each([[{ size: 'tiny' }, 27_820_128]])(
  'the published number of parameters: %o has %i',
  async (options, expected) => {
    expect(await trainedNumbers(plugin, options, [224, 224, 3])).toBe(expected);
  },
);

test.each([
  [{ size: { depths: [1, 1, 2, 1], widths: [4, 6, 8, 10] } }, [32, 40, 3], 10],
  [{ size: { depths: [1, 1, 1, 1], widths: [4, 4, 4, 4] }, pool: 'gem', neck: ['batch-norm'] }, [64, 32, 1], 4],
])('one step reaches every parameter: %o at %o gives %i columns', async (options, shape, columns) => {
  expect(await stepOf(plugin, options, shape as [number, number, number])).toEqual({
    embedding: [4, columns],
    untrained: [],
    left: 0,
  });
});

test('refuses images that nothing would be left of', async () => {
  await expect(stepOf(plugin, {}, [28, 28, 1])).rejects.toThrow('leaves nothing of images of 28 × 28');
});
