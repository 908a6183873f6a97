import { tf, type ClassContext } from 'ablate-ml';
import { reduced } from 'ablate-ml/losses';
import { beforeAll, expect, test } from 'vitest';
import { counts, labels, losses } from '#test/losses-to-reduce';
import { classWeighted } from './class-weighted.ts';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

test('the second anchor weighs twice', () => {
  expect(reduced(classWeighted({ weights: [1, 2] }), losses, counts, labels).dataSync()[0]).toBeCloseTo(14 / 5, 6);
});

test('a weight a training class, or it is refused with the numbers', async () => {
  const context = { classes: 3 } as ClassContext;
  expect(() => plugin.create(plugin.schema.parse({ weights: [1, 2] }), context)).toThrow(/2 weights for 3/);
});
