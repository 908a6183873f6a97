import { tf } from 'ablate-ml';
import { beforeAll, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { dot } from './dot.ts';

beforeAll(() => tf.setBackend('cpu'));

test('an inner product of 11 is a distance of −11', () => {
  const [x, y] = [
    tf.tensor2d([
      [1, 2],
      [0, 3],
    ]),
    tf.tensor2d([[3, 4]]),
  ];
  expectRows(dot().between(x, y).arraySync(), [[-11], [-12]]);
  expectRows(dot().similarity!(x, y).arraySync(), [[11], [12]]);
});
