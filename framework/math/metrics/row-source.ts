/** Vectors that are read some at a time: rows in memory, a choice among others, rows of a file. */
export interface RowSource {
  readonly count: number;
  readonly dim: number;
  /** All rows, row-major, where they lie in one array. */
  readonly whole?: Float32Array;
  /** Copies the rows from `begin` to before `end` into `into`, row-major from the entry `at` on. */
  copy(begin: number, end: number, into: Float32Array, at: number): void;
}

/**
 * Sources of objects whose vectors are put together only when they are asked for; an object made by spreading such a
 * one has none, and its vectors are all there.
 */
const sources = new WeakMap<object, RowSource>();

/** Reads rows in memory, row-major. */
export function memorySource({ values, dim }: Rows): RowSource {
  return {
    count: values.length / dim,
    dim,
    whole: values,
    copy: (begin, end, into, at) => into.set(values.subarray(begin * dim, end * dim), at),
  };
}

/** Selects the rows of `from` at `indices`, in that order. */
export function chosenSource(from: RowSource, indices: ArrayLike<number>): RowSource {
  const { dim } = from;
  return {
    count: indices.length,
    dim,
    copy(begin, end, into, at) {
      for (let place = begin, next = begin; place < end; place = next) {
        // Neighbors stay neighbors more often than not: they are copied together.
        do next++;
        while (next < end && indices[next] === indices[next - 1]! + 1);
        from.copy(indices[place]!, indices[next - 1]! + 1, into, at + (place - begin) * dim);
      }
    },
  };
}

/** Joins all rows of `first`, then all of `second`. */
export function joinedSource(first: RowSource, second: RowSource): RowSource {
  const { dim, count: middle } = first;
  return {
    count: middle + second.count,
    dim,
    copy(begin, end, into, at) {
      if (begin < middle) first.copy(begin, Math.min(end, middle), into, at);
      if (end > middle)
        second.copy(Math.max(begin, middle) - middle, end - middle, into, at + Math.max(0, middle - begin) * dim);
    },
  };
}

/** Gives what reads the rows: without copying all of them, where they are not in one array. */
export function sourceOf(rows: Rows): RowSource {
  return sources.get(rows) ?? memorySource(rows);
}

/** Counts the rows, without putting `values` together. */
export function rowCount(rows: Rows): number {
  return sources.get(rows)?.count ?? rows.values.length / rows.dim;
}

/** `more` with the vectors of a source under the name `key`: put together, once, when something asks for them. */
function withVectors<Key extends string, More extends object>(
  key: Key,
  source: RowSource,
  more: More,
): More & { readonly dim: number } & Readonly<Record<Key, Float32Array>> {
  let vectors = source.whole;
  const made = { ...more, dim: source.dim };
  Object.defineProperty(made, key, {
    enumerable: true,
    get() {
      if (!vectors) source.copy(0, source.count, (vectors = new Float32Array(source.count * source.dim)), 0);
      return vectors;
    },
  });
  sources.set(made, source);
  return made as More & { readonly dim: number } & Readonly<Record<Key, Float32Array>>;
}

/** Makes rows from a source, with `more` beside them. */
export const rowsFrom = <More extends object>(source: RowSource, more: More): More & Rows =>
  withVectors('values', source, more);

/** Makes what has `embeddings` from a source, with `more` beside them. */
export const embeddingsFrom = <More extends object>(
  source: RowSource,
  more: More,
): More & { readonly dim: number; readonly embeddings: Float32Array } => withVectors('embeddings', source, more);

/** Gives what reads the embeddings: without copying all of them, where they are not in one array. */
export function embeddingsSource(embedded: { readonly dim: number; readonly embeddings: Float32Array }): RowSource {
  return sources.get(embedded) ?? memorySource({ values: embedded.embeddings, dim: embedded.dim });
}

/** Reads the rows from `begin` to before `end`. */
export function rowsBetween(rows: Rows, begin: number, end: number): Rows {
  const source = sources.get(rows);
  if (!source) return { dim: rows.dim, values: rows.values.subarray(begin * rows.dim, end * rows.dim) };
  return rowsFrom(
    {
      count: end - begin,
      dim: source.dim,
      copy: (from, to, into, at) => source.copy(begin + from, begin + to, into, at),
    },
    {},
  );
}

/**
 * Vectors as rows, row-major `[rows, dim]`. Where they are not in one array yet, asking for `values` copies them:
 * `sourceOf` reads them in parts.
 */
export interface Rows {
  readonly values: Float32Array;
  readonly dim: number;
}
