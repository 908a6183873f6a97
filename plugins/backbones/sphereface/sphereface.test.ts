import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { makeBackbone, onFastestDevice, stepOf } from '#test/backbone-on-device';
import plugin from './index.ts';

beforeAll(onFastestDevice);

// Counted by test/reference/backbones/pytorch.py.
test.each([
  [4, 12_562_496],
  [10, 15_219_264],
  [20, 22_670_656],
  [36, 32_778_816],
  [64, 48_200_512],
])('%i layers are so many convolutions with %i numbers in all', async (layers, expected) => {
  const { parameters } = await makeBackbone(plugin, { layers }, [112, 96, 3]);
  expect(parameters.filter(({ name, variable }) => name.endsWith('/kernel') && variable.rank === 4)).toHaveLength(
    layers,
  );
  expect(parameters.reduce((sum, { variable }) => sum + variable.size, 0)).toBe(expected);
  tf.dispose(parameters.map(({ variable }) => variable));
});

test.each([
  [{ layers: 4, embedding: 5 }, [20, 33, 1], 5],
  [{ layers: 20, embedding: 5 }, [32, 32, 3], 5],
])('one step reaches every parameter: %o at %o gives %i columns', async (options, shape, columns) => {
  expect(await stepOf(plugin, options, shape as [number, number, number])).toEqual({
    embedding: [4, columns],
    untrained: [],
    left: 0,
  });
});

test('the signal neither dies nor explodes in 64 layers', async () => {
  const backbone = await makeBackbone(plugin, { layers: 64, embedding: 8 }, [32, 32, 1]);
  const images = tf.randomNormal<tf.Rank.R4>([4, 32, 32, 1], 0, 1, 'float32', 3);
  const size = tf.tidy(
    () => tf.sqrt(tf.mean(tf.square(backbone.forward(images, { training: false, step: 0 })))).dataSync()[0]!,
  );
  expect(size).toBeGreaterThan(0.01);
  expect(size).toBeLessThan(10);
  tf.dispose([images, ...backbone.parameters.map(({ variable }) => variable)]);
});
