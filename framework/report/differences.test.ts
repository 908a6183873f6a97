import { describe, expect, it } from 'vitest';
import { compareRuns } from '../run/comparison.ts';
import type { RunOutcome } from '../run/run-outcome.ts';
import { apartFrom, differencesTable, testedMetrics } from './differences.ts';

/** Runs of one group, a seed each. */
const runs = (name: string, accuracies: readonly number[], firstSeed = 1): RunOutcome[] =>
  accuracies.map((accuracy, index) => ({ id: `${name}-${index}`, name, dir: `/${name}/${index}`, status: 'finished', seed: firstSeed + index, metrics: { accuracy }, millisecondsPerStep: null, point: { name, seed: firstSeed + index } }));
const tested = (...outcomes: RunOutcome[][]) => testedMetrics(compareRuns(outcomes.flat()), ['accuracy'], ({ name }) => name);

describe('differences between groups', () => {
  // 0.9 − 0.5 and the like vary by 0.01 around 0.4: t = 0.4 / (0.01 / √3) with 2 degrees of freedom is far beyond chance; 0.01, 0, −0.01 is not.
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

  it('stand in a table whose rows know their groups, names made harmless', () => {
    const found = tested(runs('<b>', [0.9, 0.91, 0.92]), runs('c', [0.5, 0.52, 0.53]));
    const { text } = differencesTable(found, ['c', '<b>']);
    expect(text).toContain('data-groups="1 0"');
    expect(text).toContain('<td class="name">&lt;b&gt;</td>');
    expect(text).not.toContain('<b>');
    expect(text).toMatch(/0\.393 ± 0\.014/);
  });
});
