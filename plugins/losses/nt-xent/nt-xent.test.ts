import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { ntXent, type NtXentOptions } from './nt-xent.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<NtXentOptions> = {}) => withParts(ntXent, { ...plugin.schema.parse({}), ...options });
// Two unit vectors of class 0 at cosine 0.6, and one of class 1 at cosine 0 to the first and 0.8 to the second.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

test('the mean over the two ordered pairs of one class', () => {
  // (ln(1 + e^−1.2) + ln(1 + e^0.4)) / 2
  expect(outcomeOf(make({ temperature: 0.5 }), rows, labels).value).toBeCloseTo(0.588149, 5);
});

test('other positives of an anchor stand in no denominator', () => {
  // Three equal rows of one class, one at a right angle: every pair loses ln(1 + e^−1).
  const value = outcomeOf(
    make({ temperature: 1 }),
    [
      [1, 0],
      [2, 0],
      [1, 0],
      [0, 3],
    ],
    [0, 0, 0, 1],
  ).value;
  expect(value).toBeCloseTo(Math.log(1 + Math.exp(-1)), 5);
});

pairLossEdges(() => make());

test('a temperature of 0 is refused with the reason', () => {
  expect(plugin.schema.safeParse({ temperature: 0 }).error?.issues[0]?.message).toMatch(/temperature must be above 0/);
});
