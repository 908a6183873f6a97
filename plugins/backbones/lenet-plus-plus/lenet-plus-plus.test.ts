import { RandomStreams, tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

const context = (side = 28, channels = 1, seed = 1) => ({
  imageShape: [side, side, channels] as const,
  baseDirectory: '',
  cacheDirectory: '',
  streams: new RandomStreams(seed),
});
const make = (options: Record<string, unknown> = {}, given = context()) =>
  plugin.create(plugin.schema.parse(options), given);
const evaluation = { training: false, step: 0 };

test('the parameters of the paper: six convolutions of 5×5 with 32, 32, 64, 64, 128, 128 channels', async () => {
  const { parameters, dim } = await make();
  const shapes = Object.fromEntries(parameters.map(({ name, variable }) => [name, variable.shape]));
  const kernels = [
    [1, 32],
    [32, 32],
    [32, 64],
    [64, 64],
    [64, 128],
    [128, 128],
  ];
  expect(
    Object.entries(shapes)
      .filter(([name]) => name.endsWith('/kernel') && name.startsWith('stage'))
      .map(([, shape]) => shape),
  ).toEqual(kernels.map((pair) => [5, 5, ...pair]));
  expect(shapes['embedding/kernel']).toEqual([3 * 3 * 128, 2]);
  expect(dim).toBe(2);
  // By hand: kernels 25 · Σ in·out, biases and slopes 2 · (32+32+64+64+128+128), embedding 1152·2 + 2 + 2.
  const expected = 25 * (32 + 1024 + 2048 + 4096 + 8192 + 16384) + 2 * 448 + 2308;
  expect(parameters.reduce((sum, { variable }) => sum + variable.size, 0)).toBe(expected);
});

test('one convolution a stage is 32-64-128', async () => {
  const { parameters } = await make({ convolutionsPerStage: 1, embedding: 64 });
  const shapes = Object.fromEntries(parameters.map(({ name, variable }) => [name, variable.shape]));
  expect(shapes['stage3/convolution1/kernel']).toEqual([5, 5, 64, 128]);
  expect(shapes).not.toHaveProperty('stage1/convolution2/kernel');
  expect(shapes['embedding/kernel']).toEqual([1152, 64]);
});

test('weight decay reaches kernels alone', async () => {
  const { parameters } = await make({ normalizeEmbedding: 'batch' });
  for (const { name, weightDecay, trainable } of parameters) {
    expect(weightDecay, name).toBe(name.endsWith('/kernel'));
    expect(trainable, name).toBe(!/normalization\/(mean|variance)$/.test(name));
  }
});

test('images of any shape become an embedding, and no tensor is left behind', async () => {
  const backbone = await make({ convolutionsPerStage: 1, embedding: 3 }, { ...context(), imageShape: [9, 17, 3] });
  const images = tf.randomUniform<tf.Rank.R4>([2, 9, 17, 3], -1, 1, 'float32', 1);
  const before = tf.memory().numTensors;
  const embedding = tf.tidy(() => backbone.forward(images, evaluation));
  expect(embedding.shape).toEqual([2, 3]);
  expect(tf.memory().numTensors).toBe(before + 1);
});

test('every trainable parameter gets a gradient', async () => {
  const backbone = await make({ convolutionsPerStage: 1, normalizeEmbedding: 'batch' }, context(8));
  const images = tf.randomUniform<tf.Rank.R4>([4, 8, 8, 1], -1, 1, 'float32', 1);
  const weights = tf.tensor2d([1, -2, 3, 4, -5, 6, 7, 8], [4, 2]);
  const trainable = backbone.parameters.filter((parameter) => parameter.trainable).map(({ variable }) => variable);
  const { grads } = tf.variableGrads(
    () => tf.sum(tf.mul(backbone.forward(images, { training: true, step: 0 }), weights)),
    trainable,
  );
  for (const { name } of trainable) expect(tf.sum(tf.abs(grads[name]!)).dataSync()[0]).toBeGreaterThan(0);
});

test('batch normalization fills all directions: mean 0, variance 1 in each column', async () => {
  const backbone = await make({ convolutionsPerStage: 1, normalizeEmbedding: 'batch' }, context(8));
  // Far above the normalization's epsilon.
  const images = tf.randomUniform<tf.Rank.R4>([64, 8, 8, 1], -100, 100, 'float32', 1);
  const { mean, variance } = tf.moments(backbone.forward(images, { training: true, step: 0 }), 0);
  for (const value of mean.dataSync()) expect(value).toBeCloseTo(0, 4);
  for (const value of variance.dataSync()) expect(value).toBeCloseTo(1, 2);
});

test('the seed decides the initial weights', async () => {
  const weights = async (seed: number) => [
    ...(await make({ convolutionsPerStage: 1 }, context(8, 1, seed))).parameters[0]!.variable.dataSync(),
  ];
  expect(await weights(1)).toEqual(await weights(1));
  expect(await weights(1)).not.toEqual(await weights(2));
});

test('images that cannot be halved three times are refused', () => {
  expect(() => make({}, context(7))).toThrow('these are 7×7 pixels');
});
