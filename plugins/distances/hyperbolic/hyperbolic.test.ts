import { tf } from 'ablate-ml';
import { beforeAll, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { hyperbolic } from './hyperbolic.ts';

beforeAll(() => tf.setBackend('cpu'));

test('from 0 a distance is twice the length before the map', () => {
  const [x, y] = [
    tf.tensor2d([[0, 0]]),
    tf.tensor2d([
      [0.5, 0],
      [0, 1],
    ]),
  ];
  expectRows(hyperbolic({ curvature: 1, clip: null }).between(x, y).arraySync(), [[1, 2]]);
});
