import { expect, it } from 'vitest';
import { beta } from './beta.ts';
import { RandomStreams } from './random-streams.ts';

it.each([
  [0.2, 0.2],
  [1, 1],
  [2, 5],
  [8, 8],
])('has the mean and variance of Beta(%d, %d)', (alpha, other) => {
  const random = new RandomStreams(3).stream('beta');
  const draws = Array.from({ length: 20_000 }, () => beta(random, alpha, other));
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
  const all = alpha + other;
  expect(mean).toBeCloseTo(alpha / all, 1.7);
  expect(variance).toBeCloseTo((alpha * other) / (all ** 2 * (all + 1)), 2);
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...draws)).toBeLessThanOrEqual(1);
});
