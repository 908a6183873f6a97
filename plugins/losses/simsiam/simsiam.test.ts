import { RandomStreams, tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { viewsOutcome } from '#test/views-outcome';
import { simsiam } from './simsiam.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (dim: number, hidden: number | null = null) => simsiam({ hidden }, { dim, streams: new RandomStreams(1) });
const x = [
  [1, 0],
  [-1, 0],
];
const y = [
  [0, 2],
  [0, 1],
];

test('the criterion of given predictions: minus the mean of two cosines, projections held constant', () => {
  const projections = [tf.tensor2d(y), tf.tensor2d(x)];
  const { value, gradients } = viewsOutcome(make(2), x, x, { projections });
  // cos(p₁, z₂) = 1 of both rows; cos(p₂, z₁) = 0.
  expect(value).toBeCloseTo(-0.5, 6);
  // −¼ (z − p cos) / ‖p‖ of each row: along y for the second view, nothing for the first.
  expect(gradients[0]).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(gradients[1]![0]![1]).toBeCloseTo(-0.25, 6);
});

test('the predictor: a layer, batch normalization, a rectifier, a layer', () => {
  const loss = make(2, 1);
  expect(loss.parameters.map(({ name, variable }) => [name, variable.shape])).toEqual([
    ['predictor/first/kernel', [2, 1]],
    ['predictor/gain', [1]],
    ['predictor/offset', [1]],
    ['predictor/second/kernel', [1, 2]],
    ['predictor/second/bias', [2]],
  ]);
  const values = [tf.tensor2d([[1], [0]]), tf.ones([1]), tf.zeros([1]), tf.tensor2d([[3, 4]]), tf.tensor1d([0, -1])];
  for (const [index, { variable }] of loss.parameters.entries()) variable.assign(values[index]!);
  // Of x hidden ±1, so (3, 3) and (0, −1) are predicted; of y hidden 0, so (0, −1) twice.
  const { value } = viewsOutcome(loss, x, y);
  const first = (Math.SQRT1_2 - 1) / 2;
  expect(value).toBeCloseTo(-0.5 * first, 4);
});

test('the predictor is trained, and nothing reaches an embedding as a target', () => {
  const loss = make(2, 3);
  const views = [tf.variable(tf.tensor2d(x)), tf.variable(tf.tensor2d(y))] as unknown as tf.Tensor2D[];
  const labels = tf.zeros([2], 'int32') as tf.Tensor1D;
  const { grads } = tf.variableGrads(
    () => loss.forward({ embedding: views[0]!, views, labels, step: 0 }).value,
    loss.parameters.map(({ variable }) => variable),
  );
  const sizes = Object.values(grads).map((grad) => tf.max(tf.abs(grad)).dataSync()[0]!);
  expect(sizes).toHaveLength(5);
  expect(Math.max(...sizes)).toBeGreaterThan(1e-3);
});

test('a quarter of the columns is hidden; spread is 0 where all rows are one', () => {
  expect(make(16).parameters[0]!.variable.shape).toEqual([16, 4]);
  expect(viewsOutcome(make(2), y, y).parts.spread).toBeCloseTo(0, 6);
  // Columns ±1 and 0: deviations 1 and 0.
  expect(viewsOutcome(make(2), x, y).parts.spread).toBeCloseTo(Math.SQRT1_2, 6);
});
