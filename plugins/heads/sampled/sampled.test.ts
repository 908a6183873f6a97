import { RandomStreams, tf, type Parameter } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import plugin from './index.ts';
import { sampled, type SampledOptions } from './sampled.ts';

beforeAll(() => tf.setBackend('cpu'));

const defaults: SampledOptions = {
  scores: 'linear',
  rate: 0.5,
  columns: null,
  unsampled: 'frozen',
  storage: 'device',
  bias: true,
};
const mode = { training: true, step: 0 };
const labels = tf.tensor1d([2, 0], 'int32');
const embedding = tf.tensor2d([
  [1, 2],
  [3, 4],
]);
const context = { classes: 4, dim: 2, streams: new RandomStreams(1) };
const build = (options: Partial<SampledOptions> = {}) => {
  const head = sampled({ ...defaults, ...options }, context);
  const [weights, bias] = head.parameters as [Parameter, Parameter | undefined];
  weights.rows!.table.fill(0, Float32Array.of(1, 0, 0, 1, -2, 0, 1, 1));
  bias?.rows?.table.fill(0, Float32Array.of(0.5, 0, 0, -1));
  return head;
};

test('plays the classes given, in their order, and tells each row its column', () => {
  const head = build();
  const scores = head.forwardOver!(embedding, labels, Int32Array.of(3, 0, 2), mode);
  // (1, 2): class 3: 3 − 1, class 0: 1 + 0.5, class 2: −2. (3, 4): 7 − 1, 3 + 0.5, −6
  expect(scores.values.arraySync()).toEqual([
    [2, 1.5, -2],
    [6, 3.5, -6],
  ]);
  expect([...scores.target.dataSync()]).toEqual([2, 1]);
  expect(head.parameters.map(({ name, weightDecay, rows }) => [name, weightDecay, rows!.shape])).toEqual([
    ['classWeights', true, [4, 2]],
    ['bias', false, [4]],
  ]);
});

test('cosines by hand, without a bias', () => {
  const head = build({ scores: 'cosine' });
  expect(head.parameters).toHaveLength(1);
  const values = head.forwardOver!(
    tf.tensor2d([[30, 40]]),
    tf.tensor1d([2], 'int32'),
    Int32Array.of(0, 2),
    mode,
  ).values.dataSync();
  expect(values[0]).toBeCloseTo(0.6, 6);
  expect(values[1]).toBeCloseTo(-0.6, 6);
});

describe('a forward pass', () => {
  test('keeps the classes of the batch and draws the rest by the step', () => {
    const head = sampled({ ...defaults, columns: 10 }, { ...context, classes: 100 });
    const classesAt = (step: number) => (
      head.forward(embedding, labels, { training: true, step }), head.parameters[0]!.rows!.classes
    );
    const [first, second] = [classesAt(0), classesAt(1)];
    expect([...first]).toEqual(expect.arrayContaining([0, 2]));
    expect(first).toHaveLength(10);
    expect(second).not.toEqual(first);
    expect(classesAt(0)).toEqual(first);
  });

  test('plays more columns than asked where the batch holds more classes', () => {
    expect(build({ columns: 1 }).forward(embedding, labels, mode).values.shape).toEqual([2, 2]);
  });
});

test('a rate that keeps fewer than a batch can hold is raised with a warning', () => {
  const heard: string[] = [];
  const head = sampled(
    { ...defaults, rate: 0.01 },
    { ...context, classes: 1000, batch: 64, warn: (message) => heard.push(message) },
  );
  expect(heard).toEqual([
    "The head plays 10 of 1000 classes a step, fewer than a batch of 64 can hold; it plays 64, since it must keep the batch's own.",
  ]);
  expect(head.forward(embedding, labels, mode).values.shape).toEqual([2, 64]);
  sampled({ ...defaults, rate: 0.1 }, { ...context, classes: 1000, batch: 64, warn: (message) => heard.push(message) });
  expect(heard).toHaveLength(1);
});

test('classifies by all classes, and predicts the best of them', () => {
  const head = build();
  const all = head.classify(embedding);
  expect(all.arraySync()).toEqual([
    [1.5, 2, -2, 2],
    [3.5, 4, -6, 6],
  ]);
  // Of two as good the first, as arg max has it.
  expect([...head.predict!(embedding).dataSync()]).toEqual([1, 3]);
});

test('predicts across pieces as arg max over all scores does', () => {
  const head = sampled({ ...defaults, scores: 'cosine' }, { ...context, classes: 70_000, dim: 3 });
  const images = tf.randomNormal<tf.Rank.R2>([7, 3], 0, 1, 'float32', 3);
  expect([...head.predict!(images).dataSync()]).toEqual([...tf.argMax(head.classify(images), 1).dataSync()]);
});

test('no tensor is left by classify, predict and passes', () => {
  const head = build();
  tf.tidy(() => void head.forward(embedding, labels, mode));
  const before = tf.memory().numTensors;
  for (let step = 0; step < 5; step++) {
    tf.tidy(() => void head.forward(embedding, labels, { training: true, step }));
    tf.dispose([head.classify(embedding), head.predict!(embedding)]);
  }
  expect(tf.memory().numTensors).toBe(before);
});

test('says what it gives, and refuses a rate that is no share', () => {
  expect(plugin.gives(plugin.schema.parse({}))).toEqual({ scores: 'cosine', subCenters: 1 });
  expect(() => plugin.schema.parse({ rate: 0 })).toThrow('lies in (0, 1]');
  expect(() => plugin.schema.parse({ rate: 1.5 })).toThrow('lies in (0, 1]');
});
