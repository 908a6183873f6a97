import { RandomStreams, tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Record<string, unknown> = {}) =>
  plugin.create(plugin.schema.parse(options), {
    imageShape: [2, 1, 1],
    baseDirectory: '',
    cacheDirectory: '',
    streams: new RandomStreams(1),
  });
const mode = { training: true, step: 0 };

test('a pass by hand', async () => {
  const backbone = await make({ hidden: [2], embedding: 1 });
  const [kernel, bias, slope, last, offset] = backbone.parameters.map(({ variable }) => variable);
  kernel!.assign(tf.tensor2d([1, 0, -1, 2], [2, 2]));
  bias!.assign(tf.tensor1d([0.5, -1]));
  slope!.assign(tf.tensor1d([0.1, 0.5]));
  last!.assign(tf.tensor2d([10, 1], [2, 1]));
  offset!.assign(tf.tensor1d([3]));
  // (1, 2): hidden (1 − 2 + 0.5, 4 − 1) = (−0.5, 3) → (−0.05, 3) → −0.5 + 3 + 3.
  expect(backbone.forward(tf.tensor4d([1, 2], [1, 2, 1, 1]), mode).dataSync()[0]).toBeCloseTo(5.5, 5);
});

test('without hidden layers the embedding is linear in the pixels', async () => {
  const backbone = await make({ hidden: [], embedding: 3 });
  expect(backbone.parameters.map(({ name, variable }) => [name, variable.shape])).toEqual([
    ['embedding/kernel', [2, 3]],
    ['embedding/bias', [3]],
  ]);
  expect(backbone.dim).toBe(3);
});

test('batch normalization by option, and no tensor is left behind', async () => {
  const backbone = await make({ normalizeEmbedding: 'batch' });
  expect(backbone.parameters.at(-1)!.name).toBe('embedding/normalization/variance');
  const images = tf.randomUniform<tf.Rank.R4>([4, 2, 1, 1], -1, 1, 'float32', 1);
  tf.dispose(tf.tidy(() => backbone.forward(images, mode)));
  const before = tf.memory().numTensors;
  expect(tf.tidy(() => backbone.forward(images, mode)).shape).toEqual([4, 64]);
  expect(tf.memory().numTensors).toBe(before + 1);
});
