import { tf } from 'ablate-ml';
import { beforeAll, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { euclidean } from './euclidean.ts';

beforeAll(() => tf.setBackend('cpu'));

test('3, 4, 5', () => {
  const [x, y] = [
    tf.tensor2d([
      [0, 0],
      [3, 0],
    ]),
    tf.tensor2d([[3, 4]]),
  ];
  expectRows(euclidean().between(x, y).arraySync(), [[5], [4]]);
});
