/** How far two arrays of numbers are apart. */
export interface Difference {
  /** Largest absolute difference; NaN where one has a NaN that the other lacks, Infinity where lengths differ. */
  readonly largest: number;
  /** Largest absolute difference that the tolerance allows. */
  readonly allowed: number;
  readonly within: boolean;
  /** Index of the largest difference in the flat array. */
  readonly at: number;
}

/** Tolerance for `|got − expected| ≤ abs + rel · max|expected|`, the maximum over the whole array. */
export interface Tolerance {
  readonly rel: number;
  readonly abs: number;
}

/** The tolerance that a float32 implementation meets with room to spare. */
export const float32Tolerance: Tolerance = { rel: 1e-4, abs: 1e-5 };

/** Compares two flat arrays under a tolerance. A value that is not finite is never within it. */
export function largestDifference(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance,
): Difference {
  if (got.length !== expected.length) return { largest: Infinity, allowed: 0, within: false, at: -1 };
  let largest = 0;
  let at = 0;
  let magnitude = 0;
  for (let index = 0; index < got.length; index++) {
    magnitude = Math.max(magnitude, Math.abs(expected[index]!));
    const difference = Math.abs(got[index]! - expected[index]!);
    if (!(difference <= largest)) {
      largest = difference;
      at = index;
      if (Number.isNaN(difference)) break;
    }
  }
  const allowed = tolerance.abs + tolerance.rel * magnitude;
  return { largest, allowed, within: largest <= allowed, at };
}

/** Turns a flat index into a place for messages: `[2, 3]` for index 13 of shape `[4, 5]`. */
export function placeOf(index: number, shape: readonly number[]): string {
  const place: number[] = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${place.join(', ')}]`;
}
