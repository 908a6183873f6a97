import { tf } from 'ablate-ml';
import { reduced } from 'ablate-ml/losses';
import { beforeAll, expect, test } from 'vitest';
import { counts, labels, losses } from '#test/losses-to-reduce';
import { mean } from './mean.ts';

beforeAll(() => tf.setBackend('cpu'));

test('10 over five losses', () => {
  expect(reduced(mean(), losses, counts, labels).dataSync()[0]).toBeCloseTo(2, 6);
});

test('nothing to reduce is 0', () => {
  expect(reduced(mean(), losses, tf.zerosLike(counts), labels).dataSync()[0]).toBe(0);
});
