import { AblateError } from '../errors/ablate-error.ts';
import type { Rows } from './similarity.ts';

/**
 * Euclidean norms of the rows, in doubles: `[rows]`.
 *
 * @param name what a row is, for the error: `embedding of the query`
 * @throws AblateError DATA_INVALID naming the first row with NaN or an infinite number
 */
export function finiteNorms({ values, dim }: Rows, name: string): Float64Array {
  const found = new Float64Array(values.length / dim);
  for (let row = 0; row < found.length; row++) {
    let square = 0;
    for (let column = row * dim; column < (row + 1) * dim; column++) square += values[column]! ** 2;
    if (!Number.isFinite(square)) {
      throw new AblateError('DATA_INVALID', `The ${name} at row ${row} holds NaN or an infinite number, so it cannot be compared.`, { remedy: 'Look at the training loss: the network diverged. Lower the learning rate, or mend the embeddings file.' });
    }
    found[row] = Math.sqrt(square);
  }
  return found;
}
