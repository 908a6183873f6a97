import { expect, test } from 'vitest';
import { cosine } from './cosine.ts';
import plugin from './index.ts';

const at = (step: number) => ({ step, epoch: step / 10, steps: 100, epochs: 10 });

test('half a wave from the rate to the final rate', () => {
  const schedule = cosine({ rate: 1, finalRate: 0.2, warmup: null });
  expect(schedule.rate(at(0))).toBe(1);
  expect(schedule.rate(at(50))).toBeCloseTo(0.6, 12);
  expect(schedule.rate(at(25))).toBeCloseTo(0.2 + 0.4 * (1 + Math.SQRT1_2), 12);
  expect(schedule.rate(at(100))).toBeCloseTo(0.2, 12);
});

test('the wave begins where the warm-up ends', () => {
  const schedule = cosine({ rate: 1, finalRate: 0, warmup: { steps: 20 } });
  expect([0, 9, 19, 20].map((step) => schedule.rate(at(step)))).toEqual([0.05, 0.5, 1, 1]);
  expect(schedule.rate(at(60))).toBeCloseTo(0.5, 12);
});

test('a warm-up longer than the run only rises', () => {
  const schedule = cosine({ rate: 1, finalRate: 0, warmup: { steps: 200 } });
  expect(schedule.rate(at(99))).toBe(0.5);
});

test('a negative final rate is refused', () => {
  expect(plugin.schema.safeParse({ rate: 1, finalRate: -1 }).success).toBe(false);
});
