import { parameterOf, tf, type Parameter } from 'ablate-ml';
import { createClassTable, SampledRows } from 'ablate-ml/losses';
import { beforeAll, describe, expect, test } from 'vitest';
import { overRows } from '../../../framework/math/optimizers/over-rows.ts';
import { adam } from '../../../plugins/optimizers/adam/adam.ts';
import { sgd, type SgdOptions } from '../../../plugins/optimizers/sgd/sgd.ts';

beforeAll(() => tf.setBackend('cpu'));

const initial = [1, -2, 3, -4, 5, -6, 7, -8];
/** Which rows of four each step uses, and the gradient of every number of them. */
const steps: [number[], number][] = [
  [[0, 1], 0.5],
  [[1, 3], -0.25],
  [[1, 3], 1],
  [[0, 3], 0.125],
  [[0, 1, 2, 3], 0.75],
];
const rateAt = (step: number): number => 0.1 / (1 + step);

/** A table of four rows of two under an optimizer, with its values and slots read. */
function overTable(options: SgdOptions, unsampled: 'frozen' | 'decayed') {
  let next = 0;
  const rows = new SampledRows(
    createClassTable('host', 4, 2, () => initial[next++]!),
    unsampled,
  );
  const parameter: Parameter = { name: 'w', variable: rows.variable, trainable: true, weightDecay: true, rows };
  const optimizer = overRows(sgd(options), rateAt);
  optimizer.prepare([parameter]);
  const step = (index: number): void => {
    const [classes, slope] = steps[index]!;
    rows.bring(Int32Array.from(classes), index);
    tf.tidy(() =>
      optimizer.apply([{ parameter, gradient: tf.fill(rows.variable.shape, slope) }], rateAt(index), index),
    );
  };
  const values = async () =>
    new Map(
      await Promise.all(
        [parameter, ...optimizer.slots].map(
          async ({ name, rows: own }) => [name, [...(await own!.table.read(0, 4))]] as const,
        ),
      ),
    );
  return { step, values, optimizer, rows };
}

/** The same under the same optimizer without a table: a gradient of 0 where a step does not use a row. */
function dense(options: SgdOptions): number[] {
  const parameter = parameterOf('w', tf.tensor2d(initial, [4, 2]), 'kernel');
  const optimizer = sgd(options);
  optimizer.prepare([parameter]);
  for (const [index, [classes, slope]] of steps.entries()) {
    const gradient = tf.tensor2d(
      [0, 1, 2, 3].flatMap((row) => (classes.includes(row) ? [slope, slope] : [0, 0])),
      [4, 2],
    );
    optimizer.apply([{ parameter, gradient }], rateAt(index), index);
  }
  return [...parameter.variable.dataSync()];
}

describe('frozen', () => {
  test('a step touches weight and momentum of its rows alone', async () => {
    const table = overTable({ momentum: 0.5, nesterov: false, weightDecay: 0 }, 'frozen');
    table.step(0);
    // v = 0.5, w − 0.1 · 0.5
    expect((await table.values()).get('w/momentum')).toEqual([0.5, 0.5, 0.5, 0.5, 0, 0, 0, 0]);
    const after = (await table.values()).get('w')!;
    [0.95, -2.05, 2.95, -4.05, 5, -6, 7, -8].forEach((value, index) => expect(after[index]).toBeCloseTo(value, 6));
    table.step(1);
    // Row 1: v = 0.25 − 0.25; row 3: v = −0.25; row 0 keeps its momentum.
    expect((await table.values()).get('w/momentum')).toEqual([0.5, 0.5, 0, 0, 0, 0, -0.25, -0.25]);
    expect((await table.values()).get('w')!.slice(0, 2)).toEqual(after.slice(0, 2));
  });
});

describe('decayed', () => {
  test.each<[string, SgdOptions]>([
    ['momentum and weight decay', { momentum: 0.9, nesterov: false, weightDecay: 0.3 }],
    ['Nesterov', { momentum: 0.9, nesterov: true, weightDecay: 0.3 }],
    ['momentum alone', { momentum: 0.9, nesterov: false, weightDecay: 0 }],
    ['weight decay alone', { momentum: 0, nesterov: false, weightDecay: 0.3 }],
  ])('%s: once every row has been played it is where a gradient of 0 would have brought it', async (_, options) => {
    const table = overTable(options, 'decayed');
    for (const index of steps.keys()) table.step(index);
    const values = (await table.values()).get('w')!;
    dense(options).forEach((value, index) => expect(values[index]).toBeCloseTo(value, 5));
  });

  test('frozen rows end elsewhere', async () => {
    const options = { momentum: 0.9, nesterov: false, weightDecay: 0.3 };
    const table = overTable(options, 'frozen');
    for (const index of steps.keys()) table.step(index);
    expect(Math.abs((await table.values()).get('w')![4]! - dense(options)[4]!)).toBeGreaterThan(0.1);
  });

  test('a checkpoint keeps how many steps each class has been through', async () => {
    const table = overTable({ momentum: 0.9, nesterov: false, weightDecay: 0.3 }, 'decayed');
    for (const index of [0, 1, 2]) table.step(index);
    expect((await table.values()).get('w/steps')).toEqual([1, 3, 0, 3]);
  });

  test('is refused under an optimizer that cannot tell', () => {
    const rows = new SampledRows(createClassTable('host', 4, 2), 'decayed');
    const optimizer = overRows(adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 }), rateAt);
    expect(() =>
      optimizer.prepare([{ name: 'w', variable: rows.variable, trainable: true, weightDecay: true, rows }]),
    ).toThrow('cannot tell what a gradient of 0 would have done');
  });
});

test('no tensor is left by steps, also where their number of rows changes', () => {
  const table = overTable({ momentum: 0.9, nesterov: false, weightDecay: 0.3 }, 'decayed');
  table.step(0);
  const before = tf.memory();
  for (const index of [1, 2, 3, 4, 0, 1, 0]) table.step(index);
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numBytes).toBe(before.numBytes);
});
