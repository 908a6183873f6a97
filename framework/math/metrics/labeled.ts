import type { EmbeddedSplit } from '../../contracts/evaluator.ts';
import type { Random } from '../../base/random/random.ts';
import { chosenSource, embeddingsSource, joinedSource, rowsFrom, sourceOf } from './row-source.ts';
import type { Rows } from './row-source.ts';

/** Labeled vectors. Choosing, ordering and joining them copies no vector, until `values` is asked for. */
export interface Labeled extends Rows {
  /** Class of each row, −1 for none. */
  readonly labels: Int32Array;
}

/** The rows at `indices`, in that order. */
function pick(rows: Labeled, indices: ArrayLike<number>): Labeled {
  return rowsFrom(chosenSource(sourceOf(rows), indices), {
    labels: Int32Array.from(indices, (index) => rows.labels[index]!),
  });
}

/** All rows of a split. */
export function labeledRows(split: EmbeddedSplit): Labeled {
  return rowsFrom(embeddingsSource(split), { labels: split.labels });
}

/** Rows of `split` at `indices`. */
export function rowsAt(split: EmbeddedSplit, indices: ArrayLike<number>): Labeled {
  return pick(labeledRows(split), indices);
}

/** The rows whose label satisfies `wanted`. */
export function rowsWhere(rows: Labeled, wanted: (label: number) => boolean): Labeled {
  return pick(
    rows,
    Int32Array.from(rows.labels.keys()).filter((row) => wanted(rows.labels[row]!)),
  );
}

/** All rows in an order that `random` decides. */
export function shuffledRows(rows: Labeled, random: Random): Labeled {
  return pick(rows, random.shuffle(Int32Array.from(rows.labels.keys())));
}

/** All rows of both, `first`'s before `second`'s. */
export function joinRows(first: Labeled, second: Labeled): Labeled {
  const labels = new Int32Array(first.labels.length + second.labels.length);
  labels.set(first.labels);
  labels.set(second.labels, first.labels.length);
  return rowsFrom(joinedSource(sourceOf(first), sourceOf(second)), { labels });
}

/** The same rows under other labels. */
export function relabeled(rows: Labeled, labels: Int32Array): Labeled {
  return rowsFrom(sourceOf(rows), { labels });
}
