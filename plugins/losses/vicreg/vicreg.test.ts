import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { viewsOutcome } from '#test/views-outcome';
import plugin from './index.ts';
import { vicreg, type VicregOptions } from './vicreg.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<VicregOptions> = {}) => vicreg({ ...plugin.schema.parse({}), ...options });
// Columns (0, 1) and (0, 2): variances ½ and 2, covariance 1. The second view is constant: deviations √eps.
const x = [
  [0, 0],
  [1, 2],
];
const constant = [
  [1, 1],
  [1, 1],
];

test('each term by itself', () => {
  const { parts } = viewsOutcome(make(), x, constant);
  // (1 + 1 + 0 + 1) / 4
  expect(parts.invariance).toBeCloseTo(0.75, 6);
  // ½ ((1 − √0.5001) / 2 + 1 − 0.01)
  expect(parts.variance).toBeCloseTo(0.5 * ((1 - Math.sqrt(0.5001)) / 2 + 0.99), 6);
  // Two entries of 1², over two columns; none in the other view.
  expect(parts.covariance).toBeCloseTo(1, 6);
});

test('the weights are those of the paper, and the gradient reaches both views', () => {
  const { value, gradients } = viewsOutcome(make(), x, constant);
  expect(value).toBeCloseTo(25 * 0.75 + 12.5 * ((1 - Math.sqrt(0.5001)) / 2 + 0.99) + 1, 4);
  // Of the constant view the difference alone: 25 · 2 (y − x) / 4; its deviations have no slope there.
  expect(gradients[1]![0]).toEqual([12.5, 12.5]);
});

test('a batch of one has no variance and no covariance', () => {
  const { value } = viewsOutcome(make(), [[1, 2]], [[1, 3]]);
  expect(value).toBeCloseTo(25 * 0.5 + 25 * 0.99, 4);
});

test('bad options are refused with the reason', () => {
  expect(plugin.schema.safeParse({ eps: 0 }).error?.issues[0]?.message).toMatch(/infinite at 0/);
  expect(plugin.schema.safeParse({ covariance: -1 }).error?.issues[0]?.message).toMatch(/cannot be negative/);
});
