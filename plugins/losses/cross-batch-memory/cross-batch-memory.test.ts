import { AblateError, RandomStreams, tf, type ClassContext, type Loss } from 'ablate-ml';
import { maskedMean, pairLossOf, pairMasks, squaredDistances } from 'ablate-ml/losses';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { outcomeOf } from '#test/outcome-of';
import type { CrossBatchMemoryOptions } from './cross-batch-memory.ts';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

/** A pair loss easy to work by hand: the mean squared distance to images of other classes. */
const repulsion = pairLossOf((anchors, references, sameSet) => ({
  value: maskedMean(
    squaredDistances(anchors.embedding, references.embedding),
    pairMasks(anchors, references, sameSet).negative,
  ),
}));
const component = (loss: Loss): ClassContext['component'] => (async () => loss) as unknown as ClassContext['component'];
const context: ClassContext = { streams: new RandomStreams(1), classes: 2, dim: 1, component: component(repulsion)! };
const make = async (options: Partial<CrossBatchMemoryOptions> = {}): Promise<Loss> =>
  plugin.create({ ...plugin.schema.parse({ size: 3, warmup: 0 }), ...options }, context);
const train = (loss: Loss, rows: number[][], labels: number[], step = 0): void =>
  tf.tidy(() => loss.update!({ embedding: tf.tensor2d(rows), labels: tf.tensor1d(labels, 'int32'), step }));
const stateOf = (loss: Loss): unknown[] => loss.parameters.map(({ variable }) => variable.arraySync());

describe('cross-batch-memory', () => {
  test('paper: the batch against itself and what is remembered, references constant for the gradient', async () => {
    const loss = await make();
    expect(outcomeOf(loss, [[0], [1]], [0, 1]).value).toBeCloseTo(1, 6);
    train(loss, [[0], [1]], [0, 1]);
    // References 3, 5 and the remembered 0: (2² + 2² + 5²) / 3; gradients −2·2/3 and (2·2 + 2·5)/3
    const { value, gradient } = outcomeOf(loss, [[3], [5]], [0, 1]);
    expect(value).toBeCloseTo(11, 5);
    expectRows(gradient, [[-1.333333], [4.666667]]);
  });

  test('released-code: the batch against itself, and the weighted memory', async () => {
    const loss = await make({ variant: 'released-code', memoryWeight: 0.5 });
    train(loss, [[0], [1]], [0, 1]);
    const { value, parts } = outcomeOf(loss, [[3], [5]], [0, 1]);
    expect(value).toBeCloseTo(4 + 5.5, 5);
    expect(parts).toMatchObject({ batch: expect.closeTo(4, 5), memory: expect.closeTo(11, 5) });
  });

  test('the newest embeddings come first, the oldest are dropped', async () => {
    const loss = await make();
    train(loss, [[0], [1]], [0, 1]);
    expect(stateOf(loss)).toEqual([
      [[0], [1], [0]],
      [0, 1, -1],
    ]);
    train(loss, [[3], [5]], [1, 0]);
    expect(stateOf(loss)).toEqual([
      [[3], [5], [0]],
      [1, 0, 0],
    ]);
    train(loss, [[6], [7], [8], [9]], [0, 0, 1, 1]);
    expect(stateOf(loss)).toEqual([
      [[6], [7], [8]],
      [0, 0, 1],
    ]);
  });

  test('during the warm-up it is the plain pair loss, and nothing is remembered', async () => {
    const loss = await make({ warmup: 2 });
    train(loss, [[0], [1]], [0, 1], 1);
    expect(stateOf(loss)).toEqual([
      [[0], [0], [0]],
      [-1, -1, -1],
    ]);
    expect(outcomeOf(loss, [[3], [5]], [0, 1], 1).value).toBeCloseTo(4, 5);
    train(loss, [[0], [1]], [0, 1], 2);
    expect(outcomeOf(loss, [[3], [5]], [0, 1], 2).value).toBeCloseTo(11, 5);
  });

  test('a batch that is larger than the memory, and one of a single image', async () => {
    const loss = await make({ size: 1 });
    // The only reference is the first image: the second is at 2² of it
    const { value, gradient } = outcomeOf(loss, [[3], [5]], [0, 1]);
    expect(value).toBeCloseTo(4, 5);
    expectRows(gradient, [[0], [4]]);
    expect(outcomeOf(loss, [[3]], [0])).toMatchObject({ value: 0, gradient: [[0]] });
  });

  test('the memory is state in the checkpoint: put into another loss, it gives the same next step', async () => {
    const [one, other] = [await make(), await make()];
    train(one, [[0], [1]], [0, 1]);
    expect(one.parameters.map(({ name, trainable }) => [name, trainable])).toEqual([
      ['memory/embeddings', false],
      ['memory/labels', false],
    ]);
    for (const [index, { variable }] of one.parameters.entries())
      other.parameters[index]!.variable.assign(tf.clone(variable));
    expect(outcomeOf(other, [[3], [5]], [0, 1])).toEqual(outcomeOf(one, [[3], [5]], [0, 1]));
  });

  test('no tensor is left behind', async () => {
    const loss = await make({ variant: 'released-code' });
    const before = tf.memory().numTensors;
    for (let step = 0; step < 5; step++) {
      outcomeOf(loss, [[3], [5]], [0, 1], step);
      train(loss, [[3], [5]], [0, 1], step);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a loss that does not compare images with images is refused by name', async () => {
    const softmax: Loss = { parameters: [], forward: () => ({ value: tf.scalar(0) }) };
    const made = plugin.create(plugin.schema.parse({ loss: { softmax: {} } }), {
      ...context,
      component: component(softmax)!,
    });
    await expect(made).rejects.toBeInstanceOf(AblateError);
    await expect(made).rejects.toThrow(/"softmax" does not compare images with images/);
  });

  test('bad options are refused with the reason', () => {
    expect(plugin.schema.safeParse({ size: 0 }).error?.issues[0]?.message).toMatch(/at least 1/);
    expect(plugin.schema.safeParse({ warmup: -1 }).error?.issues[0]?.message).toMatch(/cannot be negative/);
    expect(JSON.stringify(plugin.schema.safeParse({ loss: { contrastive: {}, triplet: {} } }).error?.issues)).toMatch(
      /names one pair loss/,
    );
  });
});
