import { tf } from 'ablate-ml';
import { reduced } from 'ablate-ml/losses';
import { beforeAll, expect, test } from 'vitest';
import { counts, labels, losses } from '#test/losses-to-reduce';
import { threshold } from './threshold.ts';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

test('1, 2 and 3 lie between 0 and 4', () => {
  expect(reduced(threshold({ low: 0, high: 4 }), losses, counts, labels).dataSync()[0]).toBeCloseTo(2, 6);
});

test('nothing to reduce is 0', () => {
  expect(reduced(threshold({ low: 0, high: 4 }), losses, tf.zerosLike(counts), labels).dataSync()[0]).toBe(0);
});

test('a bound that is null is none', () => {
  expect(reduced(threshold({ low: null, high: 3.5 }), losses, counts, labels).dataSync()[0]).toBeCloseTo(1.5, 6);
});

test('bounds with nothing between them are refused', () => {
  expect(plugin.schema.safeParse({ low: 2, high: 1 }).error?.issues[0]?.message).toMatch(/above low/);
});
