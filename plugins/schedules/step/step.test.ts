import { expect, test } from 'vitest';
import plugin from './index.ts';
import { step } from './step.ts';

const at = (count: number, perEpoch = 10) => ({
  step: count,
  epoch: count / perEpoch,
  steps: 10 * perEpoch,
  epochs: 10,
});

test('the rate falls after the epochs named, in any order', () => {
  const schedule = step({ rate: 1, at: [8, 5], factor: 0.5, warmup: null });
  expect([0, 49, 50, 79, 80, 99].map((count) => schedule.rate(at(count)))).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
});

test('a fraction of an epoch falls at its own step in spite of rounding', () => {
  const schedule = step({ rate: 1, at: [6.7], factor: 0.5, warmup: null });
  expect([66, 67].map((count) => schedule.rate(at(count)))).toEqual([1, 0.5]);
});

test('warm-up multiplies', () => {
  const schedule = step({ rate: 2, at: [1], factor: 0.5, warmup: { epochs: 2 } });
  expect([0, 9, 10, 19, 20].map((count) => schedule.rate(at(count)))).toEqual([0.1, 1, 0.55, 1, 1]);
});

test('defaults: never falls, factor 0.1', () => {
  expect(plugin.schema.parse({ rate: 0.1 })).toEqual({ rate: 0.1, at: [], factor: 0.1, warmup: null });
});
