import { describe, expect, test } from 'vitest';
import { areaUnder, equalErrorRate, rankScores, rocCurve, rocOf, trueAcceptsAt } from './roc.ts';

// Same pairs at 0.9, 0.6, 0.5; different ones at 0.6, 0.2.
const roc = rocOf(rankScores([0.9, 0.6, 0.5, 0.6, 0.2], [1, 1, 1, 0, 0]))!;

describe('the curve by hand', () => {
  test('one vertex a distinct score', () => {
    expect([...roc.falseAccepts]).toEqual([0, 0, 0.5, 0.5, 1]);
    expect([...roc.trueAccepts]).toEqual([0, 1 / 3, 2 / 3, 1, 1]);
    expect([...roc.thresholds]).toEqual([Infinity, 0.9, 0.6, 0.5, 0.2]);
  });
  test('area: of six couples four are in order, one is tied and counts one half', () => {
    expect(areaUnder(roc)).toBeCloseTo(4.5 / 6, 12);
  });
  test('equal error rate: between (0, 1/3) and (1/2, 2/3) the polyline meets TAR = 1 − FAR at 0.4', () => {
    expect(equalErrorRate(roc)).toBeCloseTo(0.4, 12);
  });
  test('no interpolation between vertices', () => {
    expect([0, 0.49, 0.5, 1].map((rate) => trueAcceptsAt(roc, rate))).toEqual([1 / 3, 1 / 3, 1, 1]);
  });
});

test('weights count pairs as often as copies do', () => {
  const weighted = rocOf(rankScores([0.9, 0.6, 0.4], [1, 0, 1]), Float64Array.from([2, 3, 1]))!;
  const copied = rocOf(rankScores([0.9, 0.9, 0.6, 0.6, 0.6, 0.4], [1, 1, 0, 0, 0, 1]))!;
  expect(weighted).toEqual(copied);
});

test('nothing without same or different pairs', () => {
  expect(rocOf(rankScores([1, 2], [1, 1]))).toBeUndefined();
  expect(rocOf(rankScores([1, 2], [0, 1]), Float64Array.from([0, 1]))).toBeUndefined();
});

test('a drawn curve keeps its ends and stays small', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => index);
  const curve = rocCurve(
    rocOf(
      rankScores(
        many,
        many.map((index) => index % 2),
      ),
    )!,
  );
  expect(curve.x.length).toBeLessThanOrEqual(1002);
  expect([curve.x[0], curve.y[0], curve.x.at(-1), curve.y.at(-1)]).toEqual([0, 0, 1, 1]);
});
