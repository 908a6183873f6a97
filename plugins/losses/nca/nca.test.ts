import { tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { nca, type NcaOptions } from './nca.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<NcaOptions> = {}) => withParts(nca, { ...plugin.schema.parse({}), ...options });
// Two unit vectors of class 0 at cosine 0.6, and one of class 1 at cosine 0 to the first and 0.8 to the second.
const rows = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const labels = [0, 0, 1];

test('the share of the positives among all others', () => {
  // d² is 0.8, 2 and 0.4: (ln(1 + e^−1.2) + ln(1 + e^0.4)) / 2
  expect(outcomeOf(make({ normalize: true }), rows, labels).value).toBeCloseTo(0.588149, 5);
});

test('not normalized, lengths count', () => {
  // 1, 4 and 1 on a line, class 1 at the far end: −ln of e⁻¹/(e⁻¹ + e⁻⁴) and of e⁻¹/(e⁻¹ + e⁻¹)
  const value = outcomeOf(
    make(),
    [
      [0, 0],
      [1, 0],
      [2, 0],
    ],
    labels,
  ).value;
  expect(value).toBeCloseTo((Math.log(1 + Math.exp(-3)) + Math.log(2)) / 2, 5);
});

pairLossEdges(() => make());

test('a scale of 0 is refused with the reason', () => {
  expect(plugin.schema.safeParse({ scale: 0 }).error?.issues[0]?.message).toMatch(/scale must be above 0/);
});
