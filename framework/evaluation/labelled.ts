import type { EmbeddedSplit } from '../contracts/evaluator.ts';
import type { Random } from '../random/random.ts';
import type { Rows } from './similarity.ts';

/** Labelled vectors. */
export interface Labelled extends Rows {
  /** Class of each row, −1 for none. */
  readonly labels: Int32Array;
}

/** The rows at `indices`, in that order. */
function pick({ values, dim, labels }: Labelled, indices: readonly number[]): Labelled {
  const rows = new Float32Array(indices.length * dim);
  indices.forEach((index, row) => rows.set(values.subarray(index * dim, (index + 1) * dim), row * dim));
  return { values: rows, dim, labels: Int32Array.from(indices, (index) => labels[index]!) };
}

/** Rows of `split` at `indices`. */
export function rowsAt({ embeddings, dim, labels }: EmbeddedSplit, indices: readonly number[]): Labelled {
  return pick({ values: embeddings, dim, labels }, indices);
}

/** The rows whose label satisfies `wanted`. */
export function rowsWhere(rows: Labelled, wanted: (label: number) => boolean): Labelled {
  return pick(rows, [...rows.labels.keys()].filter((row) => wanted(rows.labels[row]!)));
}

/** All rows in an order that `random` decides. */
export function shuffledRows(rows: Labelled, random: Random): Labelled {
  return pick(rows, random.shuffle([...rows.labels.keys()]));
}

/** All rows of both, `first`'s before `second`'s. */
export function joinRows(first: Labelled, second: Labelled): Labelled {
  const values = new Float32Array(first.values.length + second.values.length);
  values.set(first.values);
  values.set(second.values, first.values.length);
  return { values, dim: first.dim, labels: Int32Array.from([...first.labels, ...second.labels]) };
}
