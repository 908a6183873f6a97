import { expect, test } from 'vitest';
import { calibrationError, fitCalibration, probabilityOf } from './calibration.ts';
import { rankScores } from './roc.ts';

test('isotonic by hand: adjacent violators are pooled, and between blocks the line is straight', () => {
  // Two of each weigh alike: 0 | 1 0 pooled to ½ | 1.
  const fitted = fitCalibration('isotonic', rankScores([0.1, 0.2, 0.4, 0.8], [0, 1, 0, 1]));
  expect(fitted).toEqual({ kind: 'isotonic', scores: [0.1, 0.2, 0.4, 0.8], probabilities: [0, 0.5, 0.5, 1] });
  expect([0, 0.15, 0.3, 0.6, 2].map((score) => probabilityOf(fitted, score))).toEqual([
    0,
    expect.closeTo(0.25, 12),
    0.5,
    expect.closeTo(0.75, 12),
    1,
  ]);
});

test('isotonic: equal scores are one block, and three different pairs weigh as one same pair', () => {
  const fitted = fitCalibration('isotonic', rankScores([0.5, 0.5, 0.1, 0.2], [1, 0, 0, 0]));
  expect(fitted).toEqual({
    kind: 'isotonic',
    scores: [0.1, 0.2, 0.5],
    probabilities: [0, 0, expect.closeTo(0.75, 12)],
  });
});

test('Platt: the gradient of the likelihood is zero, and the middle of mirrored scores has probability one half', () => {
  const scores = [-2, -1, 0.5, -0.5, 1, 2];
  const same = [0, 0, 0, 1, 1, 1];
  const fitted = fitCalibration('platt', rankScores(scores, same));
  expect(probabilityOf(fitted, 0)).toBeCloseTo(0.5, 9);
  // Platt's targets of three and three: 4/5 and 1/5.
  const residuals = scores.map((score, pair) => probabilityOf(fitted, score) - (same[pair] ? 0.8 : 0.2));
  expect(residuals.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 8);
  expect(residuals.reduce((sum, value, pair) => sum + value * scores[pair]!, 0)).toBeCloseTo(0, 8);
});

test('Platt of separable scores stays finite', () => {
  const fitted = fitCalibration('platt', rankScores([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]));
  expect(fitted).toMatchObject({ kind: 'platt', slope: expect.any(Number) as number });
  expect(probabilityOf(fitted, 0.9)).toBeGreaterThan(0.7);
  expect(probabilityOf(fitted, 0.9)).toBeLessThan(1);
});

test('calibration error by hand: one bin promises 0.9 and keeps ½', () => {
  expect(calibrationError([0.9, 0.9], [1, 0])).toBeCloseTo(0.4, 12);
  expect(calibrationError([1, 0], [1, 0])).toBe(0);
  expect(calibrationError([1, 0, 0.9], [1, 0, 0], Float64Array.from([1, 1, 0]))).toBe(0);
});
