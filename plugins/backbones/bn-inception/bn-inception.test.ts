import { beforeAll, expect, test } from 'vitest';
import { onFastestDevice, stepOf, trainedNumbers } from '#test/backbone-on-device';
import plugin from './index.ts';

beforeAll(onFastestDevice);

// pretrainedmodels' 10,270,240 without the classifier, less the 10,016 biases of convolutions.
test.each([[{}, 10_260_224]])('the published number of parameters: %o has %i', async (options, expected) => {
  expect(await trainedNumbers(plugin, options, [224, 224, 3])).toBe(expected);
});

test.each([
  [{ divide: 16 }, [64, 80, 3], 64],
  [{ divide: 16, pool: 'mean+max', neck: [{ dropout: 0.2 }, { linear: 5 }, 'l2'] }, [64, 64, 1], 5],
])('one step reaches every parameter: %o at %o gives %i columns', async (options, shape, columns) => {
  expect(await stepOf(plugin, options, shape as [number, number, number])).toEqual({
    embedding: [4, columns],
    untrained: [],
    left: 0,
  });
});
