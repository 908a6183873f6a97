import type { LabelColumn } from '../../contracts/column.ts';
import type { EmbeddedSplit } from '../../contracts/evaluator.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Random } from '../../base/random/random.ts';
import { chosenSource, embeddingsSource, joinedSource, rowsFrom, sourceOf } from './row-source.ts';
import type { Rows } from './row-source.ts';

/** Labeled vectors. Choosing, ordering and joining them copies no vector, until `values` is asked for. */
export interface Labeled extends Rows {
  /** Class of each row, −1 for none. */
  readonly labels: Int32Array;
  /**
   * Number of each row in a column of labels, such as its camera; −1 for none. Absent where no column was asked for.
   */
  readonly groups?: Int32Array;
}

/** The rows at `indices`, in that order. */
function pick(rows: Labeled, indices: ArrayLike<number>): Labeled {
  return rowsFrom(chosenSource(sourceOf(rows), indices), {
    labels: Int32Array.from(indices, (index) => rows.labels[index]!),
    ...(rows.groups && { groups: Int32Array.from(indices, (index) => rows.groups![index]!) }),
  });
}

/**
 * Takes all rows of a split.
 *
 * @param column of labels, whose numbers become the rows' `groups`
 * @throws AblateError DATA_INVALID where there is no such column
 */
export function labeledRows(split: EmbeddedSplit, column?: string): Labeled {
  return rowsFrom(embeddingsSource(split), {
    labels: split.labels,
    ...(column && { groups: groupColumn(split, column).values }),
  });
}

/** Finds a split's column of labels. @throws AblateError DATA_INVALID where there is none */
export function groupColumn({ role, columns = {} }: EmbeddedSplit, name: string): LabelColumn {
  const column = columns[name];
  if (column?.kind === 'label') return column;
  throw new AblateError('DATA_INVALID', `The images of ${role} have no column of labels "${name}".`, {
    remedy: 'Embeddings from a file have none: evaluate the run itself.',
  });
}

/** Takes the rows of `split` at `indices`. */
export function rowsAt(split: EmbeddedSplit, indices: ArrayLike<number>, column?: string): Labeled {
  return pick(labeledRows(split, column), indices);
}

/** Takes the rows whose label satisfies `wanted`. */
export function rowsWhere(rows: Labeled, wanted: (label: number) => boolean): Labeled {
  return pick(
    rows,
    Int32Array.from(rows.labels.keys()).filter((row) => wanted(rows.labels[row]!)),
  );
}

/** Takes all rows in an order that `random` decides. */
export function shuffledRows(rows: Labeled, random: Random): Labeled {
  return pick(rows, random.shuffle(Int32Array.from(rows.labels.keys())));
}

/** Takes all rows of both, `first`'s before `second`'s. */
export function joinRows(first: Labeled, second: Labeled): Labeled {
  const labels = joinedLabels(first.labels, second.labels);
  const groups = first.groups && second.groups && joinedLabels(first.groups, second.groups);
  return rowsFrom(joinedSource(sourceOf(first), sourceOf(second)), { labels, ...(groups && { groups }) });
}

function joinedLabels(first: Int32Array, second: Int32Array): Int32Array {
  const joined = new Int32Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

/** Gives the same rows under other labels. */
export function relabeled(rows: Labeled, labels: Int32Array): Labeled {
  return rowsFrom(sourceOf(rows), { labels, ...(rows.groups && { groups: rows.groups }) });
}
