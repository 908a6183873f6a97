import { readFileSync } from 'node:fs';
import { tf, type EvaluationInput, type Random, type RandomStreams } from 'ablate-ml';
import { beforeAll, describe, expect, it } from 'vitest';
import { bootstrap, weightedMeans } from '../../../framework/math/metrics/bootstrap.ts';
import { nextDecision, type AshaDecision } from '../../../framework/experiment/search-methods/asha.ts';
import type { Range } from '../../../framework/experiment/search-methods/range.ts';
import { likeliestPlace, suggestByTpe } from '../../../framework/experiment/search-methods/tpe.ts';
import { bayesianComparison } from '../../../framework/math/statistics/bayesian-comparison.ts';
import { holm } from '../../../framework/math/statistics/holm.ts';
import { pairedTest } from '../../../framework/math/statistics/paired-test.ts';
import { wilcoxon } from '../../../framework/math/statistics/wilcoxon.ts';
import { accuracy } from '../../../plugins/evaluators/accuracy/accuracy.ts';
import { kMeans, seededCenters } from '../../../plugins/evaluators/clustering/k-means.ts';
import { agreement } from '../../../plugins/evaluators/clustering/mutual-information.ts';

interface Stored {
  readonly tTests: {
    name: string;
    differences: number[];
    cases: {
      overlap: number;
      t: number;
      p: number;
      halfWidth: number;
      bayes: { rope: number; better: number; equal: number; worse: number }[];
    }[];
  }[];
  readonly wilcoxon: { name: string; differences: number[]; statistic: number; p: number }[];
  readonly bootstrap: { name: string; values: number[]; draws: string; interval: [number, number] }[];
  readonly wilson: { right: number; count: number; interval: [number, number] }[];
  readonly clusterings: {
    name: string;
    dim: number;
    count: number;
    rows: number[];
    labels: number[];
    first: number;
    uniforms: number[];
    chosen: number[];
    inertia: number;
    nmi: number;
    ami: number;
  }[];
  readonly suggestions: { places: number[]; scores: number[]; uniforms: number[]; suggestion: number }[];
  readonly promotions: { reduction: number; values: number[]; promoted: number[] }[];
  readonly holm: { p: number[]; adjusted: number[] }[];
}

const stored = JSON.parse(readFileSync(new URL('reference.json', import.meta.url), 'utf8')) as Stored;
const near = (value: number, reference: number): void =>
  expect(Math.abs(value - reference), `${value} beside ${reference}`).toBeLessThanOrEqual(
    1e-6 * Math.max(1, Math.abs(reference)),
  );

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

/** Gives stored random numbers in their order. */
function givenNumbers(integers: Iterable<number>, uniforms: Iterable<number>): Random {
  const [whole, share] = [integers[Symbol.iterator](), uniforms[Symbol.iterator]()];
  const next = (numbers: Iterator<number>): number => {
    const { value, done } = numbers.next();
    if (done) throw new Error('More numbers are drawn than the reference has.');
    return value;
  };
  return { integer: () => next(whole), uniform: () => next(share) } as unknown as Random;
}

it.each(stored.bootstrap)('bootstrap: $name', ({ values, draws, interval }) => {
  const random = givenNumbers(
    [...draws].map((digit) => Number.parseInt(digit, 36)),
    [],
  );
  const streams = { stream: () => random } as unknown as RandomStreams;
  const own = Float64Array.from(values);
  const options = { replicates: draws.length / values.length, streams };
  const { mean } = bootstrap(
    values.map((_, index) => index),
    options,
    (weights) => weightedMeans({ mean: own }, weights),
  );
  interval.forEach((reference, side) => near(mean![side]!, reference));
});

it.each(stored.wilson)('Wilson: $right of $count', async ({ right, count, interval }) => {
  const predictions = Int32Array.from({ length: count }, (_, index) => Number(index >= right));
  const split = {
    role: 'test' as const,
    dim: 1,
    embeddings: new Float32Array(count),
    labels: new Int32Array(count),
    classNames: ['a', 'b'],
    predictions,
  };
  const input = { role: 'test', split: async () => split } as unknown as EvaluationInput;
  const { intervals } = await accuracy().evaluate(input);
  interval.forEach((reference, side) => near(intervals!['accuracy']![side]!, reference));
});

describe('k-means', () => {
  beforeAll(() => tf.setBackend('cpu'));
  const numbers = ({ first, uniforms }: Stored['clusterings'][number]): Random => givenNumbers([first], uniforms);

  it.each(stored.clusterings)('chooses the same first centers: $name', async ({ rows, dim, count, chosen, ...one }) => {
    const values = Float32Array.from(rows);
    const found = await seededCenters(values, dim, count, numbers({ rows, dim, count, chosen, ...one }));
    expect([...found]).toEqual(chosen.flatMap((row) => [...values.subarray(row * dim, (row + 1) * dim)]));
  });

  it.each(stored.clusterings)('ends in the same clusters: $name', async (one) => {
    const { assignment, inertia } = await kMeans(Float32Array.from(one.rows), one.dim, one.count, numbers(one));
    near(inertia, one.inertia);
    const { nmi, ami } = agreement(one.labels, assignment);
    near(nmi, one.nmi);
    near(ami, one.ami);
  });
});

it.each(stored.suggestions)(
  'TPE after $places.length trials suggests $suggestion',
  ({ places, scores, uniforms, suggestion }) => {
    const ranges = new Map<string, Range>([['x', { kind: 'uniform', low: 0, high: 1 }]]);
    const trials = places.map((place, trial) => ({ values: new Map([['x', place]]), score: scores[trial]! }));
    const found = suggestByTpe(ranges, trials, givenNumbers([], uniforms)).get('x') as number;
    // A drawn number has four digits.
    near(found, Number(suggestion.toPrecision(4)));
    const byScore = places.map((_, trial) => trial).sort((one, other) => scores[other]! - scores[one]!);
    const good = Math.ceil(places.length / 5);
    const [below, above] = [byScore.slice(0, good), byScore.slice(good)].map((part) => part.map((at) => places[at]!));
    near(likeliestPlace(below!, above!, givenNumbers([], uniforms)), suggestion);
  },
);

it.each(stored.promotions)(
  'ASHA takes $promoted on of $values.length, one in $reduction',
  ({ reduction, values, promoted }) => {
    const decisions: AshaDecision[] = values.map((_, trial) => ({ trial, rung: 0 }));
    const settings = { budget: values.length, reduction, rungs: 2 };
    const result = ({ trial, rung }: AshaDecision): number | undefined => (rung === 0 ? values[trial] : undefined);
    for (let next = nextDecision(settings, decisions, result); next; next = nextDecision(settings, decisions, result))
      decisions.push(next);
    const found = decisions.filter(({ rung }) => rung === 1).map(({ trial }) => trial);
    expect(found.sort((a, b) => a - b)).toEqual(promoted);
  },
);

it.each(stored.holm)('Holm: $p', ({ p, adjusted }) => {
  holm(p).forEach((value, index) => near(value, adjusted[index]!));
});
