import { tf } from 'ablate-ml';
import { reduced } from 'ablate-ml/losses';
import { beforeAll, expect, test } from 'vitest';
import { counts, labels, losses } from '#test/losses-to-reduce';
import { sum } from './sum.ts';

beforeAll(() => tf.setBackend('cpu'));

test('10', () => {
  expect(reduced(sum(), losses, counts, labels).dataSync()[0]).toBeCloseTo(10, 6);
});

test('nothing to reduce is 0', () => {
  expect(reduced(sum(), losses, tf.zerosLike(counts), labels).dataSync()[0]).toBe(0);
});
