import { AblateError } from '../../base/errors/ablate-error.ts';
import { rowCount, sourceOf } from './row-source.ts';
import type { Rows } from './row-source.ts';

/** Numbers looked at at a time. */
const numbersAtOnce = 2 ** 20;

/**
 * Computes the Euclidean norms of the rows, in doubles: `[rows]`.
 *
 * @param name what a row is, for the error: `embedding of the query`
 * @throws AblateError DATA_INVALID naming the first row with NaN or an infinite number
 */
export function finiteNorms(rows: Rows, name: string): Float64Array {
  const { dim } = rows;
  const source = sourceOf(rows);
  const found = new Float64Array(rowCount(rows));
  const step = Math.max(1, Math.floor(numbersAtOnce / dim));
  const block = new Float32Array(Math.min(step, found.length) * dim);
  for (let begin = 0; begin < found.length; begin += step) {
    const end = Math.min(found.length, begin + step);
    source.copy(begin, end, block, 0);
    for (let row = begin; row < end; row++) {
      let square = 0;
      for (let column = (row - begin) * dim; column < (row - begin + 1) * dim; column++) square += block[column]! ** 2;
      if (!Number.isFinite(square)) {
        throw new AblateError(
          'DATA_INVALID',
          `The ${name} at row ${row} holds NaN or an infinite number, so it cannot be compared.`,
          {
            remedy:
              'Look at the training loss: the network diverged. Lower the learning rate, or mend the embeddings file.',
          },
        );
      }
      found[row] = Math.sqrt(square);
    }
  }
  return found;
}
