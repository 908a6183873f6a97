import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bayesianComparison } from '../../framework/statistics/bayesian-comparison.ts';
import { bootstrapInterval } from '../../framework/statistics/bootstrap-interval.ts';
import { holm } from '../../framework/statistics/holm.ts';
import { pairedTest } from '../../framework/statistics/paired-test.ts';
import { wilcoxon } from '../../framework/statistics/wilcoxon.ts';

interface Stored {
  readonly tTests: { name: string; differences: number[]; cases: { overlap: number; t: number; p: number; halfWidth: number; bayes: { rope: number; better: number; equal: number; worse: number }[] }[] }[];
  readonly wilcoxon: { name: string; differences: number[]; statistic: number; p: number }[];
  readonly bootstrap: { name: string; values: number[]; draws: string; percentile: [number, number]; bca: [number, number] }[];
  readonly holm: { p: number[]; adjusted: number[] }[];
}

const stored = JSON.parse(readFileSync(new URL('reference.json', import.meta.url), 'utf8')) as Stored;
const near = (value: number, reference: number): void => expect(Math.abs(value - reference), `${value} beside ${reference}`).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(reference)));

describe.each(stored.tTests)('$name', ({ differences, cases }) => {
  it.each(cases)('paired and corrected resampled t, overlap $overlap', ({ overlap, t, p, halfWidth }) => {
    const found = pairedTest(differences, overlap);
    near(found.t, t);
    near(found.p, p);
    // A p that is small must be right in its digits too.
    expect(found.p / p).toBeCloseTo(1, 5);
    near(found.halfWidth, halfWidth);
  });

  it.each(cases)('Bayesian correlated t, overlap $overlap', ({ overlap, bayes }) => {
    for (const { rope, ...reference } of bayes) {
      const found = bayesianComparison(differences, overlap, rope);
      for (const side of ['better', 'equal', 'worse'] as const) near(found[side], reference[side]);
    }
  });
});

it.each(stored.wilcoxon)('Wilcoxon: $name', ({ differences, statistic, p }) => {
  const found = wilcoxon(differences);
  expect(found.statistic).toBe(statistic);
  near(found.p, p);
});

it.each(stored.bootstrap)('bootstrap: $name', ({ values, draws, ...references }) => {
  for (const method of ['percentile', 'bca'] as const) {
    let next = 0;
    const random = { integer: () => Number.parseInt(draws[next++]!, 36) };
    const found = bootstrapInterval(values, { replicates: draws.length / values.length, random, method });
    expect(next).toBe(draws.length);
    references[method].forEach((reference, side) => near(found[side]!, reference));
  }
});

it.each(stored.holm)('Holm: $p', ({ p, adjusted }) => {
  holm(p).forEach((value, index) => near(value, adjusted[index]!));
});
