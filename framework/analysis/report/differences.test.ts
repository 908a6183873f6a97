import { describe, expect, it } from 'vitest';
import type { ComparableGroup as RunGroup } from '../../runs/comparison/comparability.ts';
import { apartFrom, differencesTable, testedMetrics } from './differences.ts';

/** Runs of one group, a seed each. */
const runs = (name: string, accuracies: readonly number[], firstSeed = 1): RunGroup => ({
  name,
  runs: accuracies.map((accuracy, index) => ({ seed: firstSeed + index, metrics: { accuracy } })),
});
/** Runs of one group and one seed, a fold of four each. */
const folded = (name: string, accuracies: readonly number[]): RunGroup => ({
  name,
  runs: accuracies.map((accuracy, index) => ({ seed: 1, fold: { index, of: 4 }, metrics: { accuracy } })),
});
const tested = (...groups: RunGroup[]) => testedMetrics(groups, ['accuracy']);

describe('differences between groups', () => {
  // 0.9 − 0.5 and the like vary by 0.01 around 0.4: t = 0.4 / (0.01 / √3) with 2 degrees of freedom is far beyond
  // chance; 0.01, 0, −0.01 is not.
  const one = tested(runs('a', [0.9, 0.91, 0.92]), runs('b', [0.5, 0.5, 0.53]), runs('c', [0.89, 0.91, 0.93]));

  it('are told from chance on shared seeds', () => {
    expect(one).toHaveLength(1);
    expect(apartFrom('a', one[0]!)).toEqual(new Set(['b']));
    expect(apartFrom('b', one[0]!)).toEqual(new Set(['a', 'c']));
    expect(one[0]!.pairs.find(({ first, second }) => first === 'a' && second === 'c')!.mean).toBeCloseTo(0, 12);
  });

  it('are not tested where no two seeds are shared', () => {
    expect(tested(runs('a', [0.9]), runs('b', [0.5]))).toEqual([]);
    expect(tested(runs('a', [0.9, 0.8]), runs('b', [0.5, 0.6], 3))).toEqual([]);
    expect(differencesTable([], []).text).toBe('');
  });

  it('are paired by fold too, and corrected for the training data that folds share', () => {
    const [one] = tested(folded('a', [0.6, 0.64, 0.61, 0.66]), folded('b', [0.5, 0.52, 0.51, 0.54]));
    // Differences 0.1, 0.12, 0.1, 0.12: s² = 4 · 0.01² / 3, variance (1/4 + 1/3) s², t(0.975, 3) = 3.182446.
    expect(one).toMatchObject({ folds: 4, pairs: [{ pairs: 4, significant: true }] });
    expect(one!.pairs[0]!.mean).toBeCloseTo(0.11, 12);
    expect(one!.pairs[0]!.halfWidth).toBeCloseTo(3.182446 * Math.sqrt((7 / 12) * (4e-4 / 3)), 6);
    expect(differencesTable([one!], ['a', 'b']).text).toMatch(/The 4 folds share training data.*Pairs needed/);
  });

  it('stand in a table whose rows know their groups, names made harmless', () => {
    const found = tested(runs('<b>', [0.9, 0.91, 0.92]), runs('c', [0.5, 0.52, 0.53]));
    const { text } = differencesTable(found, ['c', '<b>']);
    expect(text).toContain('data-groups="1 0"');
    expect(text).toContain('<td class="name">&lt;b&gt;</td>');
    expect(text).not.toContain('<b>');
    expect(text).toMatch(/0\.393 ± 0\.014/);
  });
});
