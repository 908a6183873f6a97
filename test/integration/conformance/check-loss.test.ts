import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { definePlugin, ops, parameterOf, tf, z, type Head } from 'ablate-ml';
import { checkLoss, checkPlugin, composeLosses } from 'ablate-ml/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useDevice } from '../../../framework/devices/devices.ts';
import { riddersDerivative } from '../../../framework/author/conformance/loss/ridders-derivative.ts';

/** A softmax of this file's own: the tests of the checker lean on no plugin. */
const softmax = definePlugin({
  kind: 'loss',
  name: 'softmax',
  summary: 'softmax',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  needs: () => ({ scores: 'linear' }),
  create: () => ({
    parameters: [],
    logits: ({ scores }) => scores!.values,
    forward: ({ scores }) => ({ value: tf.mean(ops.crossEntropy(scores!.values, scores!.target)) as tf.Scalar }),
  }),
});

/** ½ ‖x − c‖² summed, with centers that go half of the way to the last of their class. */
const pull = definePlugin({
  kind: 'loss',
  name: 'pull',
  summary: 'pull',
  framework: '^0.1.0',
  schema: z.strictObject({ lambda: z.number().default(1).describe('weight') }),
  create: (options, { classes, dim }) => {
    const centers = parameterOf('centers', tf.zeros([classes, dim]), 'state');
    return {
      parameters: [centers],
      forward: ({ embedding, labels }) => ({
        value: tf.mul(
          options.lambda / 2,
          tf.sum(tf.square(tf.sub(embedding, tf.gather(centers.variable, labels)))),
        ) as tf.Scalar,
      }),
      update: ({ embedding, labels }) =>
        centers.variable.assign(
          tf.mul(0.5, tf.add(centers.variable, tf.unsortedSegmentSum(embedding, labels, classes))),
        ),
    };
  },
});

let folder: string;
beforeAll(async () => {
  await useDevice('cpu');
  folder = await mkdtemp(path.join(os.tmpdir(), 'check-loss-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(content: unknown): Promise<string> {
  const file = path.join(folder, `${Math.round(performance.now() * 1e6)}.json`);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** Two classes, logits (ln 3, 0): probabilities 3/4 and 1/4, value ln(4/3). */
const ln3 = Math.log(3);
const good = {
  name: 'three to one',
  params: {},
  input: {
    embedding: [[1, 0]],
    labels: [0],
    classWeights: [
      [ln3, 0],
      [0, 1],
    ],
    bias: [0, 0],
  },
  expected: {
    value: Math.log(4 / 3),
    logits: [[ln3, 0]],
    embeddingGradient: [[-0.25 * ln3, 0.25]],
    classWeightsGradient: [
      [-0.25, 0.25],
      [0, 0],
    ],
    biasGradient: [-0.25, 0.25],
  },
};
const file = (one: unknown, loss = 'softmax'): Promise<string> => written({ loss, cases: [one] });

describe('with reference cases', () => {
  test('value, logits and every gradient are compared', async () => {
    const { checks, passed, failed } = await checkLoss(softmax, { vectors: await file(good) });
    expect([passed, failed]).toEqual([1, 0]);
    expect(checks[0]!.largestError).toBeLessThan(1e-6);
  });

  test.each([
    ['value', { value: 0.5 }, /^The value is 0\.2876\d+ instead of 0\.5: 2\.12e-1 apart, 6\.00e-5 allowed\.$/],
    ['logits', { logits: [[ln3, 0.1]] }, /^The logits at \[0, 1\] is 0 instead of 0\.1/],
    ['embedding gradient', { embeddingGradient: [[0, 0.25]] }, /^The embedding gradient at \[0, 0\] is -0\.27/],
    [
      'class weights gradient',
      {
        classWeightsGradient: [
          [-0.25, 0],
          [0, 0],
        ],
      },
      /^The class weights gradient at \[1, 0\]/,
    ],
    ['bias gradient', { biasGradient: [0.25, 0.25] }, /^The bias gradient at \[0\]/],
    ['number of logits', { logits: [[ln3, 0, 0]] }, /^The logits has 2 numbers instead of 3\.$/],
    ['next centers', { nextCenters: [[0, 0]] }, /expects the next centers; the loss gives none/],
    ['parts', { parts: [1] }, /^The parts has 0 numbers instead of 1\.$/],
  ])('another %s is found', async (_, changed, message) => {
    const { checks, failed } = await checkLoss(softmax, {
      vectors: await file({ ...good, expected: { ...good.expected, ...changed } }),
    });
    expect(failed).toBe(1);
    expect(checks[0]!.message).toMatch(message);
  });

  test("a case's own tolerance counts", async () => {
    const off = { ...good, expected: { value: good.expected.value + 0.01 } };
    expect((await checkLoss(softmax, { vectors: await file(off) })).failed).toBe(1);
    expect(
      (await checkLoss(softmax, { vectors: await file({ ...off, tolerance: { rel: 0, abs: 0.02 } }) })).failed,
    ).toBe(0);
  });

  test('at a kink gradients must be finite and no more', async () => {
    const kink = { ...good, gradientCheck: 'finite', expected: { ...good.expected, embeddingGradient: [[7, 7]] } };
    expect((await checkLoss(softmax, { vectors: await file(kink) })).failed).toBe(0);
  });

  test('state is set by name and compared after one update', async () => {
    // x = (2, 0), c = (1, 0): ½ · 1; the center of class 0 becomes ((1, 0) + (2, 0)) / 2 and that of class 1 half of
    // (0, 4).
    const one = {
      name: 'one',
      params: { lambda: 1 },
      input: {
        embedding: [[2, 0]],
        labels: [0],
        centers: [
          [1, 0],
          [0, 4],
        ],
      },
      expected: {
        value: 0.5,
        nextCenters: [
          [1.5, 0],
          [0, 2],
        ],
      },
    };
    expect((await checkLoss(pull, { vectors: await file(one, 'pull') })).failed).toBe(0);
    const { checks } = await checkLoss(pull, {
      vectors: await file(
        {
          ...one,
          expected: {
            value: 0.5,
            nextCenters: [
              [1.5, 0],
              [0, 4],
            ],
          },
        },
        'pull',
      ),
    });
    expect(checks[0]!.message).toMatch(/^The next centers at \[1, 1\] is 2 instead of 4/);
  });

  test('a parameter that the loss has not, and an option that it has not, are reported', async () => {
    const unknown = await checkLoss(softmax, { vectors: await file({ ...good, params: { margin: 1 } }) });
    expect(unknown.checks[0]!.message).toMatch(/loss "softmax" refuses its options: .*margin/);
    const state = await checkLoss(softmax, {
      vectors: await file({ ...good, input: { ...good.input, state: { t: 1 } } }),
    });
    expect(state.checks[0]!.message).toMatch(/sets a parameter "t" of 1 numbers; the loss has none/);
  });

  test('a composition is checked as one loss, its options dealt out by name', async () => {
    const joint = composeLosses([softmax as never, pull as never]) as unknown as typeof softmax;
    const one = {
      ...good,
      params: { lambda: 2 },
      input: {
        ...good.input,
        centers: [
          [0, 0],
          [0, 0],
        ],
      },
      expected: {
        value: Math.log(4 / 3) + 1,
        logits: good.expected.logits,
        nextCenters: [
          [0.5, 0],
          [0, 0],
        ],
      },
    };
    const { failed, plugin } = await checkLoss(joint, { vectors: await file(one, 'joint') });
    expect([plugin, failed]).toEqual(['softmax+pull', 0]);
  });

  test.each([
    ['no file', undefined, /Cannot read the reference cases .*nowhere\.json/],
    ['no JSON', '{', /is not JSON/],
    ['no cases', { loss: 'x', cases: [] }, /cases/],
    [
      'a key that is none',
      { loss: 'x', cases: [{ ...good, inputs: {} }] },
      /case three to one: : Unrecognized key: "inputs"/,
    ],
    [
      'a text for a number',
      { loss: 'x', cases: [{ ...good, expected: { value: '1' } }] },
      /case three to one: expected\.value/,
    ],
  ])('%s is refused with its place', async (_, content, message) => {
    const vectors = content === undefined ? path.join(folder, 'nowhere.json') : await written(content);
    await expect(checkLoss(softmax, { vectors })).rejects.toThrow(message);
  });
});

test('a sampled head is compared over the classes given', async () => {
  const sampled = definePlugin({
    kind: 'head',
    name: 'sampled',
    summary: 'sampled',
    framework: '^0.1.0',
    schema: z.strictObject({ scores: z.literal('linear').describe('kind') }),
    gives: () => ({ scores: 'linear', subCenters: 1 }),
    create: (_, { classes, dim }): Head => {
      const classWeights = parameterOf('classWeights', tf.zeros([classes, dim]), 'kernel');
      const forwardOver: Head['forwardOver'] = (embedding, labels, columns) => ({
        kind: 'linear',
        values: tf.matMul(
          embedding,
          tf.gather(classWeights.variable, tf.tensor1d(columns, 'int32')) as tf.Tensor2D,
          false,
          true,
        ),
        target: tf.tensor1d(
          Array.from(labels.dataSync(), (label) => columns.indexOf(label)),
          'int32',
        ),
      });
      return {
        kind: 'linear',
        parameters: [classWeights],
        forwardOver,
        forward: (embedding, labels, mode) =>
          forwardOver(
            embedding,
            labels,
            Int32Array.from({ length: classes }, (__, index) => index),
            mode,
          ),
        classify: (embedding) => embedding,
      };
    },
  });
  const input = {
    ...good.input,
    classWeights: [
      [9, ln3, 0],
      [9, 0, 1],
    ],
    labels: [1],
    sampledClasses: [2, 1],
  };
  const vector = {
    ...good,
    params: { base: 'softmax' },
    input: { ...input, bias: undefined },
    expected: {
      value: Math.log(4 / 3),
      logits: [[0, ln3]],
      embeddingGradient: [[-0.25 * ln3, 0.25]],
      classWeightsGradient: [
        [0, -0.25, 0.25],
        [0, 0, 0],
      ],
    },
  };
  const { checks, failed } = await checkPlugin(sampled, {
    vectors: await written({ loss: 'partial-fc', cases: [vector] }),
  });
  expect(checks[0]!.message).toMatch(/^largest error/);
  expect(failed).toBe(0);
});

test('an evaluator answers its own kind of cases to 1e-9', async () => {
  const clustering = definePlugin({
    kind: 'evaluator',
    name: 'clustering',
    summary: 'clustering',
    framework: '^0.1.0',
    schema: z.strictObject({}),
    answer: ({ labelsA }) => ({ nmi: (labelsA as number[]).length === 2 ? 1 : 1 + 1e-8 }),
    create: () => ({ evaluate: async () => ({ metrics: {} }) }),
  });
  const one = (name: string, labelsA: number[], kind = 'clustering') => ({
    name,
    kind,
    input: { labelsA },
    expected: { nmi: 1 },
  });
  const vectors = await written({
    loss: 'metrics',
    cases: [one('right', [0, 1]), one('off', [0, 1, 2]), one('other', [0], 'retrieval')],
  });
  const { checks } = await checkPlugin(clustering, { vectors });
  expect(checks.map(({ input, passed }) => [input, passed])).toEqual([
    ['right', true],
    ['off', false],
  ]);
  expect(checks[1]!.message).toBe('nmi is 1.00000001 instead of 1.');
});

describe('the numeric derivative', () => {
  const at = (f: (x: number) => number, x: number) => (h: number) =>
    Promise.resolve(Math.fround(f(Math.fround(x + h))));
  test.each([
    ['sin at 1', Math.sin, 1, Math.cos(1)],
    ['exp(8x) at 0.1, which is steep', (x: number) => Math.exp(8 * x), 0.1, 8 * Math.exp(0.8)],
    ['a constant', () => 3, 2, 0],
  ])('%s is right to a thousandth in float32', async (_, f, x, expected) => {
    const { value, error } = await riddersDerivative(at(f, x), 0.1, 0);
    expect(Math.abs(value - expected)).toBeLessThan(1e-3 * Math.max(1, Math.abs(expected)));
    expect(error).toBeLessThan(1e-2 * Math.max(1, Math.abs(expected)));
  });
});
