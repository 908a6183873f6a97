import { RandomStreams, tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import plugin from './index.ts';
import { linear } from './linear.ts';

beforeAll(() => tf.setBackend('cpu'));

const context = (seed = 1) => ({ classes: 3, dim: 2, streams: new RandomStreams(seed) });
const mode = { training: true, step: 0 };

test('logits by hand', () => {
  const head = linear({ bias: true }, context());
  const [classWeights, bias] = head.parameters;
  classWeights!.variable.assign(tf.tensor2d([1, 0, 0, 2, -1, 1], [3, 2]));
  bias!.variable.assign(tf.tensor1d([0.5, 0, -1]));
  const labels = tf.tensor1d([2, 0], 'int32');
  const scores = head.forward(tf.tensor2d([3, 4, -1, 1], [2, 2]), labels, mode);
  expect(scores.kind).toBe('linear');
  expect(scores.target).toBe(labels);
  expect([...scores.values.dataSync()]).toEqual([3.5, 8, 0, -0.5, 2, 1]);
  expect([...scores.bias!.dataSync()]).toEqual([0.5, 0, -1]);
});

test('parameters: weight decay on the class weights alone, bias by option', () => {
  const head = linear({ bias: true }, context());
  expect(
    head.parameters.map(({ name, trainable, weightDecay, variable }) => ({
      name,
      trainable,
      weightDecay,
      shape: variable.shape,
    })),
  ).toEqual([
    { name: 'classWeights', trainable: true, weightDecay: true, shape: [3, 2] },
    { name: 'bias', trainable: true, weightDecay: false, shape: [3] },
  ]);
  const plain = linear({ bias: false }, context());
  expect(plain.parameters.map(({ name }) => name)).toEqual(['classWeights']);
  expect(plain.forward(tf.zeros([1, 2]), tf.tensor1d([0], 'int32'), mode).bias).toBeUndefined();
});

test('the seed decides the initial weights', () => {
  const weights = (seed: number): number[] => [
    ...linear({ bias: true }, context(seed)).parameters[0]!.variable.dataSync(),
  ];
  expect(weights(1)).toEqual(weights(1));
  expect(weights(1)).not.toEqual(weights(2));
});

test('classify leaves only its result behind', () => {
  const head = linear({ bias: true }, context());
  const embedding = tf.ones<tf.Rank.R2>([5, 2]);
  const before = tf.memory().numTensors;
  expect(head.classify(embedding).shape).toEqual([5, 3]);
  expect(tf.memory().numTensors).toBe(before + 1);
});

test('gives linear scores', () => {
  expect(plugin.gives(plugin.schema.parse({}))).toEqual({ scores: 'linear', subCenters: 1 });
});
