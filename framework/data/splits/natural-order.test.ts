import { expect, it } from 'vitest';
import { naturalOrder } from './natural-order.ts';

it('orders numbers by size and the rest by code point', () => {
  const names = ['s10', 's2', 'S2', '', 's02', 's2/b', 's2/a10', 's2/a9', '10', '9', 'é', 'z'];
  expect([...names].sort(naturalOrder)).toEqual([
    '',
    '9',
    '10',
    'S2',
    's02',
    's2',
    's2/a9',
    's2/a10',
    's2/b',
    's10',
    'z',
    'é',
  ]);
});
