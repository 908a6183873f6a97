import type { Rows } from './row-source.ts';
import { deviceRoundOff } from './device-round-off.ts';
import { finiteNorms } from './finite-norms.ts';
import { sourceOf, type RowSource } from './row-source.ts';
import { unitRows } from './unit-rows.ts';

/** How alike two embeddings are: the cosine of their angle, or their (negative) Euclidean distance as they are. */
export type DistanceMeasure = 'cosine' | 'euclidean';

/**
 * How alike each query and each reference are, larger for nearer: once in float32 as an inner product that a device
 * computes in blocks, and once exactly, in doubles, to settle what float32 cannot tell apart.
 */
export interface Similarity {
  readonly queryCount: number;
  readonly referenceCount: number;
  /** Columns of the rows for the device. */
  readonly columns: number;
  /**
   * Queries from `begin` to before `end`, row-major `[rows, columns]`, for the device: the inner product of two rows
   * orders the references of a query.
   */
  queryRows(begin: number, end: number): Float32Array;
  /** References, likewise. */
  referenceRows(begin: number, end: number): Float32Array;
  /** Most that the device's inner product of this query can differ from `shifted`. */
  error(query: number): number;
  /** In doubles: the cosine, or minus the distance. */
  exact(query: number, reference: number): number;
  /** What the device's inner product approximates, from an exact similarity to that query. */
  shifted(query: number, exact: number): number;
}

/** Copies some rows of a source into an array of their own. */
function blockOf(source: RowSource, begin: number, end: number): Float32Array {
  const block = new Float32Array((end - begin) * source.dim);
  source.copy(begin, end, block, 0);
  return block;
}

/** Sums `term` over the columns of a query and a reference, whose rows are copied to where they can be read. */
function pairSum(
  queries: RowSource,
  references: RowSource,
  term: (a: number, b: number) => number,
): (query: number, reference: number) => number {
  const [a, b] = [new Float32Array(queries.dim), new Float32Array(queries.dim)];
  return (query, reference) => {
    queries.copy(query, query + 1, a, 0);
    references.copy(reference, reference + 1, b, 0);
    let sum = 0;
    for (let column = 0; column < a.length; column++) sum += term(a[column]!, b[column]!);
    return sum;
  };
}

function cosine(queries: Rows, references: Rows): Similarity {
  const { dim } = queries;
  const queryNorms = finiteNorms(queries, 'embedding of the query');
  const referenceNorms = queries === references ? queryNorms : finiteNorms(references, 'embedding of the reference');
  const [querySource, referenceSource] = [sourceOf(queries), sourceOf(references)];
  const dot = pairSum(querySource, referenceSource, (a, b) => a * b);
  const error = (dim + 6) * deviceRoundOff();
  return {
    queryCount: queryNorms.length,
    referenceCount: referenceNorms.length,
    columns: dim,
    queryRows: (begin, end) => unitRows(blockOf(querySource, begin, end), dim),
    referenceRows: (begin, end) => unitRows(blockOf(referenceSource, begin, end), dim),
    error: () => error,
    exact(query, reference) {
      const lengths = queryNorms[query]! * referenceNorms[reference]!;
      return lengths > 0 ? dot(query, reference) / lengths : 0;
    },
    shifted: (_, exact) => exact,
  };
}

/** ‖q − r‖² = ‖q‖² − (q · 2r − ‖r‖²): one more column turns the bracket into an inner product. */
function euclidean(queries: Rows, references: Rows): Similarity {
  const { dim } = queries;
  const columns = dim + 1;
  const [queryNorms, referenceNorms] = [
    finiteNorms(queries, 'embedding of the query'),
    finiteNorms(references, 'embedding of the reference'),
  ];
  const [querySource, referenceSource] = [sourceOf(queries), sourceOf(references)];
  const squaredDistance = pairSum(querySource, referenceSource, (a, b) => (a - b) ** 2);
  const rows = (
    source: RowSource,
    begin: number,
    end: number,
    factor: number,
    last: (row: number) => number,
  ): Float32Array => {
    const values = blockOf(source, begin, end);
    const wide = new Float32Array((end - begin) * columns);
    for (let row = 0; row < end - begin; row++) {
      for (let column = 0; column < dim; column++) wide[row * columns + column] = factor * values[row * dim + column]!;
      wide[row * columns + dim] = last(begin + row);
    }
    return wide;
  };
  const largest = referenceNorms.reduce((most, norm) => Math.max(most, norm), 0);
  const roundOff = (dim + 6) * deviceRoundOff();
  return {
    queryCount: queryNorms.length,
    referenceCount: referenceNorms.length,
    columns,
    queryRows: (begin, end) => rows(querySource, begin, end, 1, () => 1),
    referenceRows: (begin, end) => rows(referenceSource, begin, end, 2, (row) => -(referenceNorms[row]! ** 2)),
    error: (query) => roundOff * (2 * queryNorms[query]! * largest + largest ** 2),
    exact: (query, reference) => -Math.sqrt(squaredDistance(query, reference)),
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
