import { tf } from 'ablate-ml';
import { reduced } from 'ablate-ml/losses';
import { beforeAll, expect, test } from 'vitest';
import { counts, labels, losses } from '#test/losses-to-reduce';
import { nonzeroMean } from './nonzero-mean.ts';

beforeAll(() => tf.setBackend('cpu'));

test('10 over the four that lose something', () => {
  expect(reduced(nonzeroMean(), losses, counts, labels).dataSync()[0]).toBeCloseTo(2.5, 6);
});

test('nothing to reduce is 0', () => {
  expect(reduced(nonzeroMean(), losses, tf.zerosLike(counts), labels).dataSync()[0]).toBe(0);
});
