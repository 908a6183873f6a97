import { describe, expect, it } from 'vitest';
import { largestAt } from './extrapolate.ts';

const at = (size: number, values: number[]) => ({ size, values });

describe('what small batches say of a large one', () => {
  it('follows each moment by itself, so that another can become the largest', () => {
    // 100 for ever; 10 an image; an image's square; at 20 images 100, 200 and 400, of which small batches show 100 as
    // the largest.
    expect(
      largestAt(
        20,
        [2, 3, 4].map((size) => at(size, [100, 10 * size, size * size])),
      ),
    ).toBeCloseTo(400, 6);
    expect(
      largestAt(
        5,
        [2, 3, 4].map((size) => at(size, [100, 10 * size, size * size])),
      ),
    ).toBeCloseTo(100, 6);
  });

  it('follows cubes through four sizes', () => {
    expect(
      largestAt(
        32,
        [2, 3, 4, 5].map((size) => at(size, [size ** 3 + 7])),
      ),
    ).toBeCloseTo(32 ** 3 + 7, 4);
  });

  it('draws a line through the largest where the course changes with the size', () => {
    expect(largestAt(10, [at(2, [1, 20]), at(3, [1, 25, 30]), at(4, [1, 40])])).toBeCloseTo(100, 6);
  });
});
