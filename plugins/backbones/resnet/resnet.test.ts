import { beforeAll, expect, test } from 'vitest';
import { onFastestDevice, stepOf, trainedNumbers } from '#test/backbone-on-device';
import plugin from './index.ts';

beforeAll(onFastestDevice);

// Counted by test/reference/backbones/pytorch.py; the same as torchvision publishes.
test.each([
  [{ layers: 18, embedding: 1000 }, [224, 224, 3], 11_689_512],
  [{ layers: 34, embedding: 1000 }, [224, 224, 3], 21_797_672],
  [{ layers: 50, embedding: 1000 }, [224, 224, 3], 25_557_032],
  [{ layers: 101, embedding: 1000 }, [224, 224, 3], 44_549_160],
  [{ layers: 18, stem: 'cifar', embedding: 1000 }, [32, 32, 3], 11_681_832],
])('the published number of parameters: %o at %o is %i', async (options, shape, expected) => {
  expect(await trainedNumbers(plugin, options, shape as [number, number, number])).toBe(expected);
});

test.each([
  [{ layers: 18, embedding: 6 }, [33, 47, 3], 6],
  [{ layers: 18, stem: 'cifar', embedding: 6 }, [16, 16, 1], 6],
  [{ layers: 50, embedding: 6 }, [32, 32, 3], 6],
  [{ layers: 18, lastStride: 1, ibn: 'a', pool: 'gem', embedding: null, neck: ['batch-norm'] }, [32, 32, 3], 512],
])('one step reaches every parameter: %o at %o gives %i columns', async (options, shape, columns) => {
  expect(await stepOf(plugin, options, shape as [number, number, number])).toEqual({
    embedding: [4, columns],
    untrained: [],
    left: 0,
  });
});
