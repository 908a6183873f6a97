import { expect, test } from 'vitest';
import { l2 } from './l2.ts';

test('rows by hand; a row of zeros stays, and what was given is left alone', async () => {
  const values = Float32Array.from([3, 4, 0, 0]);
  expect([...(await l2().apply({ values, dim: 2 })).values]).toEqual([Math.fround(0.6), Math.fround(0.8), 0, 0]);
  expect([...values]).toEqual([3, 4, 0, 0]);
});
