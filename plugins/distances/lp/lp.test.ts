import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { lp } from './lp.ts';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

test('p = 1 adds the sides', () => {
  const [x, y] = [
    tf.tensor2d([
      [0, 0],
      [3, 0],
    ]),
    tf.tensor2d([[3, 4]]),
  ];
  expectRows(lp({ p: 1 }).between(x, y).arraySync(), [[7], [4]]);
});

test('p = 3: the cube root of 27 + 64', () => {
  const [x, y] = [tf.tensor2d([[0, 0]]), tf.tensor2d([[3, 4]])];
  expectRows(lp({ p: 3 }).between(x, y).arraySync(), [[4.497941]]);
});

test('p below 1 is refused with the reason', () => {
  expect(plugin.schema.safeParse({ p: 0.5 }).error?.issues[0]?.message).toMatch(/at least 1/);
});
