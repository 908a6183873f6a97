import { tf } from 'ablate-ml';
import { reduced } from 'ablate-ml/losses';
import { beforeAll, expect, test } from 'vitest';
import { counts, labels, losses } from '#test/losses-to-reduce';
import { perAnchor } from './per-anchor.ts';

beforeAll(() => tf.setBackend('cpu'));

test('the mean of 2 and 2', () => {
  expect(reduced(perAnchor(), losses, counts, labels).dataSync()[0]).toBeCloseTo(2, 6);
});

test('nothing to reduce is 0', () => {
  expect(reduced(perAnchor(), losses, tf.zerosLike(counts), labels).dataSync()[0]).toBe(0);
});
