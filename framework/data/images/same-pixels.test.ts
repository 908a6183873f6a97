import { expect, it } from 'vitest';
import { samePixels } from './same-pixels.ts';

it('finds images that train and are evaluated on, and images of two classes, by their pixels', () => {
  // Rows 0, 2 and 3 are one image; rows 1 and 4 another; row 5 stands alone.
  const pixels = Uint8Array.of(1, 2, 9, 9, 1, 2, 1, 2, 9, 9, 2, 1);
  const labels = [0, 1, 0, 0, 2, 1];
  const rows = {
    train: Int32Array.of(0, 1, 2),
    test: Int32Array.of(3, 5),
    gallery: Int32Array.of(3),
    probe: Int32Array.of(4),
  };
  expect(samePixels(pixels, 2, labels, rows)).toEqual({
    leaked: [
      [0, 3],
      [1, 4],
    ],
    ambiguous: [[1, 4]],
  });
});

it('leaves two of one class in one role alone, one row in two roles, and rows of no role', () => {
  const rows = { test: Int32Array.of(0, 1), gallery: Int32Array.of(0) };
  expect(samePixels(Uint8Array.of(7, 7, 7), 1, [0, 0, 1], rows)).toEqual({ leaked: [], ambiguous: [] });
});
