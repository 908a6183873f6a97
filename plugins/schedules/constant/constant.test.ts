import { warmupSchema } from 'ablate-ml/optimizers';
import { expect, test } from 'vitest';
import { constant } from './constant.ts';
import plugin from './index.ts';

const at = (step: number) => ({ step, epoch: step / 10, steps: 100, epochs: 10 });

test('the rate never changes', () => {
  const schedule = constant({ rate: 0.3, warmup: null });
  expect([0, 1, 99].map((step) => schedule.rate(at(step)))).toEqual([0.3, 0.3, 0.3]);
});

test('a warm-up in steps rises in a straight line and ends at the full rate', () => {
  const schedule = constant({ rate: 1, warmup: { steps: 4 } });
  expect([0, 1, 2, 3, 4, 99].map((step) => schedule.rate(at(step)))).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
});

test('a warm-up in epochs lasts as many steps as those epochs have', () => {
  const schedule = constant({ rate: 1, warmup: { epochs: 2 } });
  expect([0, 9, 19, 20].map((step) => schedule.rate(at(step)))).toEqual([0.05, 0.5, 1, 1]);
});

test('a warm-up of length 0 is none', () => {
  expect(constant({ rate: 1, warmup: { steps: 0 } }).rate(at(0))).toBe(1);
});

test('a rate is required, and a warm-up is either in epochs or in steps', () => {
  expect(plugin.schema.safeParse({}).success).toBe(false);
  expect(plugin.schema.safeParse({ rate: 0 }).success).toBe(false);
  expect(warmupSchema.safeParse({ epochs: 1, steps: 3 }).success).toBe(false);
});
