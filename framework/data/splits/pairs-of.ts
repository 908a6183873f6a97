import type { Pairs, Split } from '../../contracts/dataset.ts';

/** Pairs by rows of a store, one entry a pair. */
export type RowPairs = Omit<Pairs, 'images'>;

/** Lists every row that is in a pair, once, ascending. */
export const rowsInPairs = ({ left, right }: RowPairs): Int32Array =>
  Int32Array.from(new Set([...left, ...right])).sort();

/**
 * Finds pairs by the index of their images in a split.
 *
 * @param pairs by rows; @param rows the row of each image of `images`; pairs with a row that is not among them are left
 * out
 */
export function pairsOf(pairs: RowPairs, images: Split, rows: Int32Array): Pairs {
  const indexOf = new Map(Array.from(rows, (row, index) => [row, index]));
  const whole = Array.from(pairs.left.keys()).filter(
    (pair) => indexOf.has(pairs.left[pair]!) && indexOf.has(pairs.right[pair]!),
  );
  const pick = (values: ArrayLike<number>): number[] => whole.map((pair) => values[pair]!);
  const indices = (side: Int32Array): Int32Array => Int32Array.from(pick(side), (row) => indexOf.get(row)!);
  return {
    images,
    left: indices(pairs.left),
    right: indices(pairs.right),
    same: Uint8Array.from(pick(pairs.same)),
    fold: Int32Array.from(pick(pairs.fold)),
  };
}
