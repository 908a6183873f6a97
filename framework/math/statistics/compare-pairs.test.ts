import { describe, expect, it } from 'vitest';
import { bayesianComparison } from './bayesian-comparison.ts';
import { comparePairs, type PairedGroup } from './compare-pairs.ts';
import { holm } from './holm.ts';
import { pairedTest } from './paired-test.ts';
import { minPairsOfWilcoxon, pairsNeeded } from './pairs-needed.ts';
import { wilcoxon } from './wilcoxon.ts';

const group = (name: string, values: readonly number[]): PairedGroup => ({
  name,
  values: new Map(values.map((value, seed) => [`seed ${seed}`, value])),
});

describe('groups of runs compared in pairs', () => {
  it('compares each with each on the keys that both have', () => {
    const found = comparePairs([
      group('a', [0.9, 0.91, 0.93, 0.9]),
      group('b', [0.8, 0.82, 0.83]),
      group('c', [0.8, 0.83, 0.81, 0.8]),
    ]);
    expect(found.map(({ first, second, pairs }) => [first, second, pairs])).toEqual([
      ['a', 'b', 3],
      ['a', 'c', 4],
      ['b', 'c', 3],
    ]);
    expect(found[0]!.mean).toBeCloseTo(0.29 / 3, 12);
    expect(found.map(({ significant }) => significant)).toEqual([true, true, false]);
    expect(found[0]!.better).toBeGreaterThan(0.99);
    // d = mean / standard deviation of 0.1, 0.09, 0.1
    expect(found[0]!.effect).toBeCloseTo(16.7432, 3);
  });

  it('adjusts for all tests made together', () => {
    const found = comparePairs([group('a', [1, 2, 4]), group('b', [2, 4, 5]), group('c', [9, 9, 9.5])]);
    expect(found.map(({ adjusted }) => adjusted)).toEqual(holm(found.map(({ p }) => p)));
  });

  it('tests nothing with one pair', () => {
    const [found] = comparePairs([group('a', [1]), group('b', [2])]);
    expect(found).toMatchObject({
      pairs: 1,
      mean: -1,
      p: NaN,
      adjusted: NaN,
      significant: false,
      better: NaN,
      needed: undefined,
    });
  });

  it('finds no difference where there is none, and calls none significant that does not vary', () => {
    expect(pairedTest([0, 0, 0])).toMatchObject({ p: 1, halfWidth: 0 });
    expect(bayesianComparison([0, 0, 0])).toEqual({ better: 0.5, equal: 0, worse: 0.5 });
    expect(pairedTest([0.1, 0.1, 0.1]).p).toBeNaN();
    expect(wilcoxon([0, 0]).p).toBeNaN();
  });

  it('knows how many pairs can reach significance', () => {
    // Wilcoxon's least p is 2 / 2ⁿ: 0.0625 of five pairs, 0.03125 of six; among 15 comparisons 0.00195 · 15 = 0.0293 of
    // ten.
    expect(wilcoxon([1, 2, 3, 4, 5]).p).toBe(0.0625);
    expect([minPairsOfWilcoxon(), minPairsOfWilcoxon(15)]).toEqual([6, 10]);
    const differences = [0.01, 0.03, -0.01];
    const needed = pairsNeeded(differences)!;
    // Mean 0.01, deviation 0.02: t(17) = 0.5 √18 = 2.1213 > 2.1098, t(16) = 0.5 √17 = 2.0616 < 2.1199.
    expect(needed).toBe(18);
    expect(pairsNeeded(differences, 1 / 3)).toBeUndefined();
    expect(pairsNeeded([0.1, 0.12, 0.11], 1 / 3)).toBeLessThan(6);
  });

  it('leaves the other tests as they stand where it says how many pairs are needed, as Holm does', () => {
    const differences = [0.01, 0.03, -0.01];
    // Beside two that are significant whatever this one shows, it is the last, and Holm multiplies it by 1.
    expect(pairsNeeded(differences, 0, [1e-6, 1e-6])).toBe(pairsNeeded(differences));
    // Beside one that is not significant it comes before that one: t(22) = 0.5 √23 = 2.398, p = 0.0254; of 24 pairs
    // 0.0218.
    expect(pairsNeeded(differences, 0, [0.5])).toBe(24);
    // One that is not significant and smaller than it could ever be keeps it from being so.
    expect(pairsNeeded(differences, 1 / 3, [])).toBeUndefined();
    expect(pairsNeeded([0.02, 0.05, 0.01, 0.03], 1 / 3, [1e-9, 1e-9, 1e-9])).toBe(
      pairsNeeded([0.02, 0.05, 0.01, 0.03], 1 / 3),
    );
    // What could not be tested is no test.
    expect(pairsNeeded(differences, 0, [NaN, NaN])).toBe(18);
  });

  it('has no number of pairs for differences that are all the same', () => {
    expect(pairsNeeded([0.1, 0.1, 0.1])).toBeUndefined();
    expect(pairsNeeded([0.3 - 0.2, 0.2 - 0.1, 0.1])).toBeUndefined();
  });

  it('gives whole counts and their shares of a hundred the same p', () => {
    const [first, second] = [
      [31, 42, 28, 55, 61, 47, 33],
      [29, 40, 29, 51, 58, 43, 30],
    ];
    const counts = first.map((value, index) => value - second[index]!);
    const shares = first.map((value, index) => value / 100 - second[index]! / 100);
    expect(new Set(shares.map(Math.abs)).size).toBeGreaterThan(new Set(counts.map(Math.abs)).size);
    expect(wilcoxon(shares)).toEqual(wilcoxon(counts));
    expect(wilcoxon([0.1 + 0.2 - 0.3, 0.5]).pairs).toBe(1);
  });
});
