import { deviceRoundOff } from './device-round-off.ts';
import { finiteNorms } from './finite-norms.ts';
import { unitRows } from './unit-rows.ts';

/** How alike two embeddings are: the cosine of their angle, or their (negative) Euclidean distance as they are. */
export type DistanceMeasure = 'cosine' | 'euclidean';

/** Vectors as rows, row-major `[rows, dim]`. */
export interface Rows {
  readonly values: Float32Array;
  readonly dim: number;
}

/**
 * How alike each query and each reference are, larger for nearer: once in float32 as an inner product that a device computes
 * in blocks, and once exactly, in doubles, to settle what float32 cannot tell apart.
 */
export interface Similarity {
  readonly queryCount: number;
  readonly referenceCount: number;
  /** Columns of the rows for the device. */
  readonly columns: number;
  /** Row-major `[rows, columns]`, for the device: the inner product of two rows orders the references of a query. */
  readonly queryRows: Float32Array;
  readonly referenceRows: Float32Array;
  /** Most that the device's inner product of this query can differ from `shifted`. */
  error(query: number): number;
  /** In doubles: the cosine, or minus the distance. */
  exact(query: number, reference: number): number;
  /** What the device's inner product approximates, from an exact similarity to that query. */
  shifted(query: number, exact: number): number;
}

function dot(a: Float32Array, aStart: number, b: Float32Array, bStart: number, dim: number): number {
  let sum = 0;
  for (let column = 0; column < dim; column++) sum += a[aStart + column]! * b[bStart + column]!;
  return sum;
}

function cosine(queries: Rows, references: Rows): Similarity {
  const { dim } = queries;
  const same = queries === references;
  const queryNorms = finiteNorms(queries, 'embedding of the query');
  const referenceNorms = same ? queryNorms : finiteNorms(references, 'embedding of the reference');
  const queryRows = unitRows(queries.values, dim);
  const error = (dim + 6) * deviceRoundOff();
  return {
    queryCount: queryNorms.length,
    referenceCount: referenceNorms.length,
    columns: dim,
    queryRows,
    referenceRows: same ? queryRows : unitRows(references.values, dim),
    error: () => error,
    exact(query, reference) {
      const lengths = queryNorms[query]! * referenceNorms[reference]!;
      return lengths > 0 ? dot(queries.values, query * dim, references.values, reference * dim, dim) / lengths : 0;
    },
    shifted: (_, exact) => exact,
  };
}

/** ‖q − r‖² = ‖q‖² − (q · 2r − ‖r‖²): one more column turns the bracket into an inner product. */
function euclidean(queries: Rows, references: Rows): Similarity {
  const { dim } = queries;
  const columns = dim + 1;
  const [queryNorms, referenceNorms] = [finiteNorms(queries, 'embedding of the query'), finiteNorms(references, 'embedding of the reference')];
  const rows = ({ values }: Rows, factor: number, last: (row: number) => number): Float32Array => {
    const wide = new Float32Array((values.length / dim) * columns);
    for (let row = 0; row < wide.length / columns; row++) {
      for (let column = 0; column < dim; column++) wide[row * columns + column] = factor * values[row * dim + column]!;
      wide[row * columns + dim] = last(row);
    }
    return wide;
  };
  const largest = referenceNorms.reduce((most, norm) => Math.max(most, norm), 0);
  const roundOff = (dim + 6) * deviceRoundOff();
  return {
    queryCount: queryNorms.length,
    referenceCount: referenceNorms.length,
    columns,
    queryRows: rows(queries, 1, () => 1),
    referenceRows: rows(references, 2, (row) => -(referenceNorms[row]! ** 2)),
    error: (query) => roundOff * (2 * queryNorms[query]! * largest + largest ** 2),
    exact(query, reference) {
      let square = 0;
      for (let column = 0; column < dim; column++) square += (queries.values[query * dim + column]! - references.values[reference * dim + column]!) ** 2;
      return -Math.sqrt(square);
    },
    shifted: (query, exact) => queryNorms[query]! ** 2 - exact ** 2,
  };
}

/**
 * Prepares queries and references for ranking.
 *
 * @throws AblateError DATA_INVALID where an embedding holds NaN or an infinite number
 */
export function similarityOf(queries: Rows, references: Rows, measure: DistanceMeasure): Similarity {
  return measure === 'cosine' ? cosine(queries, references) : euclidean(queries, references);
}
