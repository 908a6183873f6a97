import type { Rows } from './similarity.ts';

/** Vectors that are read some at a time: rows in memory, a choice among others, rows of a file. */
export interface RowSource {
  readonly count: number;
  readonly dim: number;
  /** Copies the rows from `begin` to before `end` into `into`, row-major from the entry `at` on. */
  copy(begin: number, end: number, into: Float32Array, at: number): void;
}

/** Sources of rows whose `values` are put together only when they are asked for; an object made by spreading such rows has none, and its `values` are all. */
const sources = new WeakMap<object, RowSource>();

/** Rows in memory, row-major. */
export function memorySource({ values, dim }: Rows): RowSource {
  return { count: values.length / dim, dim, copy: (begin, end, into, at) => into.set(values.subarray(begin * dim, end * dim), at) };
}

/** The rows of `from` at `indices`, in that order. */
export function chosenSource(from: RowSource, indices: ArrayLike<number>): RowSource {
  const { dim } = from;
  return {
    count: indices.length,
    dim,
    copy(begin, end, into, at) {
      for (let place = begin; place < end; place++) from.copy(indices[place]!, indices[place]! + 1, into, at + (place - begin) * dim);
    },
  };
}

/** All rows of `first`, then all of `second`. */
export function joinedSource(first: RowSource, second: RowSource): RowSource {
  const { dim, count: middle } = first;
  return {
    count: middle + second.count,
    dim,
    copy(begin, end, into, at) {
      if (begin < middle) first.copy(begin, Math.min(end, middle), into, at);
      if (end > middle) second.copy(Math.max(begin, middle) - middle, end - middle, into, at + Math.max(0, middle - begin) * dim);
    },
  };
}

/** What reads the rows: without copying all of them, where they are not in one array. */
export function sourceOf(rows: Rows): RowSource {
  return sources.get(rows) ?? memorySource(rows);
}

/** Number of rows, without putting `values` together. */
export function rowCount(rows: Rows): number {
  return sources.get(rows)?.count ?? rows.values.length / rows.dim;
}

/** Rows from a source, with `more` beside them; `values` is made, once, when something asks for it. */
export function rowsFrom<More extends object>(source: RowSource, more: More): Rows & More {
  let values: Float32Array | undefined;
  const rows = {
    ...more,
    dim: source.dim,
    get values(): Float32Array {
      if (!values) source.copy(0, source.count, (values = new Float32Array(source.count * source.dim)), 0);
      return values;
    },
  };
  sources.set(rows, source);
  return rows;
}

/** The rows from `begin` to before `end`. */
export function rowsBetween(rows: Rows, begin: number, end: number): Rows {
  const source = sources.get(rows);
  if (!source) return { dim: rows.dim, values: rows.values.subarray(begin * rows.dim, end * rows.dim) };
  return rowsFrom({ count: end - begin, dim: source.dim, copy: (from, to, into, at) => source.copy(begin + from, begin + to, into, at) }, {});
}
