import { RandomStreams, tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { cosine } from './cosine.ts';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

const context = { classes: 2, dim: 2, streams: new RandomStreams(1) };
const mode = { training: true, step: 0 };
const labels = tf.tensor1d([0], 'int32');

test('cosines by hand, whatever the norms', () => {
  const head = cosine({ subCenters: 1 }, context);
  head.parameters[0]!.variable.assign(tf.tensor2d([5, 0, 0, -0.1], [2, 2]));
  const scores = head.forward(tf.tensor2d([30, 40], [1, 2]), labels, mode);
  expect(scores.kind).toBe('cosine');
  expect(scores.values.dataSync()[0]).toBeCloseTo(0.6, 6);
  expect(scores.values.dataSync()[1]).toBeCloseTo(-0.8, 6);
});

test('of several sub-centers the nearest counts; rows are class-major', () => {
  const head = cosine({ subCenters: 3 }, context);
  expect(head.parameters[0]!.variable.shape).toEqual([6, 2]);
  // Class 0 looks along +x, −x, +y; class 1 along −y, −y, (−1, −1).
  head.parameters[0]!.variable.assign(tf.tensor2d([1, 0, -1, 0, 0, 1, 0, -1, 0, -1, -1, -1], [6, 2]));
  const values = head.forward(tf.tensor2d([-0.8, 0.6], [1, 2]), labels, mode).values.dataSync();
  expect(values[0]).toBeCloseTo(0.8, 6);
  expect(values[1]).toBeCloseTo(0.2 / Math.SQRT2, 6);
});

test('an embedding of norm 1e-6 keeps its angle', () => {
  const head = cosine({ subCenters: 1 }, context);
  head.parameters[0]!.variable.assign(tf.tensor2d([1, 0, 0, 1], [2, 2]));
  expect(head.classify(tf.tensor2d([0.6e-6, 0.8e-6], [1, 2])).dataSync()[0]).toBeCloseTo(0.6, 5);
});

test('classify leaves only its result behind', () => {
  const head = cosine({ subCenters: 2 }, context);
  const embedding = tf.ones<tf.Rank.R2>([5, 2]);
  const before = tf.memory().numTensors;
  expect(head.classify(embedding).shape).toEqual([5, 2]);
  expect(tf.memory().numTensors).toBe(before + 1);
});

test('gives cosines and says how many sub-centers', () => {
  expect(plugin.gives(plugin.schema.parse({ subCenters: 3 }))).toEqual({ scores: 'cosine', subCenters: 3 });
  expect(plugin.schema.safeParse({ subCenters: 0 }).success).toBe(false);
});
