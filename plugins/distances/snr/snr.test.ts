import { tf } from 'ablate-ml';
import { beforeAll, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { snr } from './snr.ts';

beforeAll(() => tf.setBackend('cpu'));

test('noise (1, −1) is as strong as the signal (1, −1)', () => {
  const [x, y] = [
    tf.tensor2d([[1, -1]]),
    tf.tensor2d([
      [2, -2],
      [1, 1],
    ]),
  ];
  expectRows(snr().between(x, y).arraySync(), [[1, 1]]);
});
