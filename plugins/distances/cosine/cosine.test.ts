import { tf } from 'ablate-ml';
import { beforeAll, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { cosine } from './cosine.ts';

beforeAll(() => tf.setBackend('cpu'));

test('the norms do not count', () => {
  const [x, y] = [
    tf.tensor2d([
      [2, 0],
      [0, 3],
    ]),
    tf.tensor2d([[0.6, 0.8]]),
  ];
  expectRows(cosine().between(x, y).arraySync(), [[0.4], [0.2]]);
  expectRows(cosine().similarity!(x, y).arraySync(), [[0.6], [0.8]]);
});
