import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { nPair, type NPairOptions } from './n-pair.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<NPairOptions> = {}) => withParts(nPair, { ...plugin.schema.parse({}), ...options });
const rows = [
  [1, 0],
  [2, 0],
  [0, 1],
  [1, 2],
];
const labels = [0, 0, 1, 1];

describe('n-pair', () => {
  test("disjoint pairs: each anchor against its positive and the other pair's positive", () => {
    // (ln(1 + exp(1 − 2)) + ln(1 + exp(0 − 2))) / 2
    const { value, gradient } = outcomeOf(make(), rows, labels);
    expect(value).toBeCloseTo(0.220095, 5);
    expectRows(gradient, [
      [-0.134471, 0.268941],
      [-0.134471, 0.059601],
      [0.059601, -0.119203],
      [0.134471, -0.059601],
    ]);
  });

  test('an image without a partner is left out', () => {
    const { value, gradient } = outcomeOf(make(), [...rows, [9, 9]], [...labels, 0]);
    expect(value).toBeCloseTo(0.220095, 5);
    expectRows(gradient.slice(4), [[0, 0]]);
  });

  test('pairs are formed class by class, however the classes are mixed in the batch', () => {
    expect(outcomeOf(make(), [rows[0]!, rows[2]!, rows[1]!, rows[3]!], [0, 1, 0, 1]).value).toBeCloseTo(0.220095, 5);
  });

  test('all pairs: every pair in both directions against every image of the other class', () => {
    expect(outcomeOf(make({ pairing: 'all' }), rows, labels).value).toBeCloseTo(0.566942, 5);
  });

  test("the norm's penalty: half of the mean squared norms of anchors (1) and of positives (4.5)", () => {
    expect(outcomeOf(make({ normWeight: 1 }), rows, labels).value).toBeCloseTo(0.220095 + 2.75, 5);
  });

  test('only the form over all pairs compares with other references, so only it can be given a memory', () => {
    expect('compare' in make()).toBe(false);
    expect('compare' in make({ pairing: 'all' })).toBe(true);
  });

  describe.each(['disjoint', 'all'] as const)('%s', (pairing) =>
    pairLossEdges(() => make({ pairing, normWeight: 0.002 })),
  );

  test('a negative weight is refused with the reason', () => {
    expect(plugin.schema.safeParse({ normWeight: -1 }).error?.issues[0]?.message).toMatch(/cannot be negative/);
  });
});
