import { describe, expect, it } from 'vitest';
import { comparisonMarkdown, comparisonTable } from './comparison-table.ts';
import { comparedGroups } from './comparison.ts';
import type { RunOutcome } from '../plan/run-outcome.ts';

const outcome = (
  name: string,
  losses: string,
  seed: number,
  accuracy: number,
  status: RunOutcome['status'] = 'finished',
): RunOutcome => ({
  id: `${losses}-${seed}`,
  name: `${name} · seed ${seed}`,
  dir: '/runs',
  status,
  seed,
  metrics: { accuracy, 'intra-class-distance': 12345.678 },
  millisecondsPerStep: 1,
  point: { losses, seed },
});
const outcomes = [
  outcome('softmax', 's', 1, 0.9),
  outcome('softmax | b', 'c', 1, 0.5),
  outcome('softmax', 's', 2, 0.92),
  outcome('softmax', 's', 3, 0.94),
  outcome('softmax', 's', 4, 0, 'failed'),
];

describe('the comparison of runs', () => {
  it("groups finished runs over seeds, with Student's interval", () => {
    const [softmax, other] = comparedGroups(outcomes);
    expect(softmax).toMatchObject({ name: 'softmax', runs: { length: 3 } });
    // t(0.975, 2) = 4.302653; s = 0.02; 4.302653 · 0.02 / √3 = 0.049683
    expect(softmax!.metrics['accuracy']!.mean).toBeCloseTo(0.92, 12);
    expect(softmax!.metrics['accuracy']!.halfWidth).toBeCloseTo(0.049683, 6);
    expect(other!.metrics['accuracy']).toEqual({ mean: 0.5, halfWidth: NaN, count: 1 });
  });

  it('has what was measured on validation images after all others', () => {
    const first = outcomes[0]!;
    const validated = { ...first, metrics: { 'validation/accuracy': 0.8, ...first.metrics } };
    const groups = comparedGroups([validated, outcomes[1]!]);
    expect(comparisonTable(groups, 80).split('\n').at(-1)).toMatch(/^validation\/accuracy/);
    expect(comparisonMarkdown(groups).split('\n')[0]).toMatch(/\| accuracy \|.*\| validation\/accuracy \|$/);
  });

  it('is a table that fits the terminal', () => {
    const groups = comparedGroups(outcomes);
    expect(comparisonTable(groups, 80)).toBe(
      [
        'metric                softmax      softmax | b',
        '────────────────────  ───────────  ───────────',
        'accuracy              0.92 ± 0.05  0.5',
        'intra-class-distance  12350 ± 0    12350',
      ].join('\n'),
    );
    for (const line of comparisonTable(groups, 40).split('\n')) expect(line.length).toBeLessThanOrEqual(40);
  });

  it('leaves out an interval that is as wide as all that the metric can be', () => {
    // t(0.975, 1) = 12.7062; s = 0.1 · √2; 12.7062 · 0.1 = 1.27
    const groups = comparedGroups([outcome('softmax', 's', 1, 0.7), outcome('softmax', 's', 2, 0.9)]);
    const accuracyOf = (largest: number): string | undefined =>
      comparisonTable(groups, 80, () => ({ better: 'higher', range: [0, largest] }))
        .split('\n')
        .find((line) => line.startsWith('accuracy'));
    expect(accuracyOf(1)).toMatch(/ 0\.8$/);
    expect(accuracyOf(100)).toMatch(/ 0\.8 ± 1\.3$/);
  });

  it('is a Markdown table with its bars escaped', () => {
    expect(comparisonMarkdown(comparedGroups(outcomes)).split('\n')[3]).toBe('| softmax \\| b | 1 | 0.5 | 12350 |');
  });

  it('has no seed and no fold in a name, wherever they stand in it, and says how many there are and how many are missing', () => {
    const folded = (seed: number, fold: number, status: RunOutcome['status'] = 'finished'): RunOutcome => ({
      ...outcome('', 'c', seed, seed / 10 + fold / 100, status),
      name: `cosface · seed ${seed} · fold ${fold} · rate 0.05`,
      fold: { index: fold, of: 3 },
      point: { losses: 'c', seed, 'dataset.x.split.fold': fold },
    });
    const all = [1, 2].flatMap((seed) =>
      [0, 1, 2].map((fold) => folded(seed, fold, seed === 2 && fold === 1 ? 'failed' : 'finished')),
    );
    const lines = comparisonMarkdown(comparedGroups(all)).split('\n');
    expect(lines[2]).toMatch(/^\| cosface · rate 0\.05 \| 2 × 3 folds, 5 of 6 runs \|/);
    expect(comparisonMarkdown(comparedGroups(outcomes)).split('\n')[2]).toMatch(/^\| softmax \| 3 of 4 \|/);
  });
});
