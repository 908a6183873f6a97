import { tf } from 'ablate-ml';
import { beforeAll, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { squared } from './squared.ts';

beforeAll(() => tf.setBackend('cpu'));

test('the square of 3, 4, 5', () => {
  const [x, y] = [
    tf.tensor2d([
      [0, 0],
      [3, 0],
    ]),
    tf.tensor2d([[3, 4]]),
  ];
  expectRows(squared().between(x, y).arraySync(), [[25], [16]]);
});
