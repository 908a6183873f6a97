import * as tf from '@tensorflow/tfjs';

/** Most numbers of one array of a block: 16 MiB. */
const maxNumbers = 2 ** 22;

/**
 * Runs `compute` over the rows `[begin, begin + count)`, a block after the other, so that arrays of `numbersPerRow`
 * numbers a row stay within 16 MiB each, and frees what it made but the results.
 *
 * @returns the results of each block, in order
 */
export function inBlocks(
  rows: number,
  numbersPerRow: number,
  compute: (begin: number, count: number) => tf.Tensor[],
): tf.Tensor[][] {
  const size = Math.max(1, Math.floor(maxNumbers / numbersPerRow));
  const blocks: tf.Tensor[][] = [];
  for (let begin = 0; begin < rows; begin += size)
    blocks.push(tf.tidy(() => compute(begin, Math.min(size, rows - begin))));
  return blocks;
}

/** Joins the results at `place` of every block along the rows. */
export const joinBlocks = (blocks: readonly tf.Tensor[][], place: number): tf.Tensor =>
  tf.concat(blocks.map((block) => block[place]!));
