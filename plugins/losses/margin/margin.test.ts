import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { outcomeOf } from '#test/outcome-of';
import { pairLossEdges } from '#test/pair-loss-edges';
import { partsOf } from '#test/with-parts';
import plugin from './index.ts';
import { margin, type MarginOptions } from './margin.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<MarginOptions> = {}) => {
  const whole = { ...plugin.schema.parse({ miner: 'batch-all', normalize: false }), ...options };
  return margin(whole, partsOf(whole), 4);
};
// On a line: the pair of class 0 lies 2 apart, the row of class 1 at 1 and 3 from it.
const rows = [[0], [2], [-1]];
const labels = [0, 0, 1];

describe('margin', () => {
  test('the terms of every triplet by how many are above 0', () => {
    // β 1.5, α 0.2: D_ap 2 loses 0.7, D_an 1 loses 0.7, D_an 3 nothing; triplets (0, 1, 2) and (1, 0, 2).
    const { value, gradient } = outcomeOf(make({ beta: 1.5 }), rows, labels);
    expect(value).toBeCloseTo(2.1 / 3, 6);
    expectRows(gradient, [[-1], [2 / 3], [1 / 3]]);
  });

  test('β has the gradient of its terms, and ν beside', () => {
    const loss = make({ beta: 1.5, nu: 0.5 });
    const batch = { embedding: tf.tensor2d(rows), labels: tf.tensor1d(labels, 'int32'), step: 0 };
    const [beta] = loss.parameters;
    const { value, grads } = tf.variableGrads(() => loss.forward(batch).value, [beta!.variable]);
    expect(value.dataSync()[0]).toBeCloseTo(0.7 + 0.75, 6);
    // One push, two pulls: (1 − 2) / 3, and ν.
    expect(grads[beta!.variable.name]!.dataSync()[0]).toBeCloseTo(0.5 - 1 / 3, 6);
  });

  test('one β a class is that of the anchor', () => {
    const loss = make({ betas: 'class' });
    loss.parameters[0]!.variable.assign(tf.tensor1d([1.5, 9, 9, 9]));
    expect(outcomeOf(loss, rows, labels).value).toBeCloseTo(0.7, 6);
  });

  pairLossEdges(make);
});
