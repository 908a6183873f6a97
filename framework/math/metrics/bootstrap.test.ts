import { expect, test } from 'vitest';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { bootstrap, weightedMeans } from './bootstrap.ts';

const options = (replicates = 2000, seed = 1) => ({ replicates, streams: new RandomStreams(seed) });

test('the interval of a mean of independent values is about ± 1.96 standard errors', () => {
  const random = new RandomStreams(2).stream('values');
  const values = Float64Array.from({ length: 400 }, () => 5 + 2 * random.normal());
  const mean = values.reduce((sum, value) => sum + value, 0) / 400;
  const [low, high] = bootstrap(Array(400).fill(-1), options(), (weights) => weightedMeans({ mean: values }, weights))
    .mean!;
  expect((high + low) / 2).toBeCloseTo(mean, 1);
  expect(high - low).toBeGreaterThan(2 * 1.96 * 0.1 * 0.85);
  expect(high - low).toBeLessThan(2 * 1.96 * 0.1 * 1.15);
});

test('images of one identity are drawn together: ten copies of a value tell no more than one', () => {
  const copies = (number: number) => Array.from({ length: 30 * number }, (_, query) => query % 30);
  const width = (number: number): number => {
    const values = Float64Array.from(copies(number), (identity) => identity % 7);
    const [low, high] = bootstrap(copies(number), options(), (weights) => weightedMeans({ mean: values }, weights))
      .mean!;
    return high - low;
  };
  expect(width(10)).toBeCloseTo(width(1), 10);
});

test('weights are draws: they add up to the identities drawn', () => {
  const totals = new Set<number>();
  bootstrap([4, 7, 9], options(50), (weights) => {
    totals.add(weights.reduce((sum, weight) => sum + weight, 0));
    return {};
  });
  expect([...totals]).toEqual([3]);
});

test('the seed decides; undefined replicates are left out; no interval from one identity or no replicates', () => {
  const values = Float64Array.from([0, 1, 2, 3]);
  const mean = (weights: Float64Array) => weightedMeans({ mean: values }, weights);
  expect(bootstrap([0, 1, 2, 3], options(100, 5), mean)).toEqual(bootstrap([0, 1, 2, 3], options(100, 5), mean));
  expect(bootstrap([0, 1, 2, 3], options(100, 5), mean)).not.toEqual(bootstrap([0, 1, 2, 3], options(100, 6), mean));
  expect(
    bootstrap([0, 1, 2, 3], options(100), (weights) => ({ first: weights[0]! > 0 ? 1 : NaN, never: NaN })),
  ).toEqual({ first: [1, 1] });
  expect(bootstrap([3, 3], options(), () => ({ mean: 1 }))).toEqual({});
  expect(bootstrap([0, 1], options(0), () => ({ mean: 1 }))).toEqual({});
});
