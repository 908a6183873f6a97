import type { Column, ColumnNeeds, Columns, LabelColumn, LabelsColumn } from '../../contracts/column.ts';
import { labelByClass } from './labeled-images.ts';

/** Makes a label column of texts by row; names come in natural order, and an empty text is none. */
export function labelColumn(texts: readonly string[]): LabelColumn {
  const { labels, classNames } = labelByClass(texts.length, (row) => texts[row]!);
  // The empty name comes first in the order of names.
  const nameless = classNames[0] === '' ? 1 : 0;
  return { kind: 'label', values: labels.map((label) => label - nameless), names: classNames.slice(nameless) };
}

/** Makes a column of any number of names a row; names come in natural order. */
export function labelsColumn(texts: readonly (readonly string[])[]): LabelsColumn {
  const { values, names } = labelColumn(texts.flat());
  let end = 0;
  return { kind: 'labels', values, ends: Uint32Array.from(texts, ({ length }) => (end += length)), names };
}

/** Gives a column at some rows, in that order. */
export function columnAt(column: Column, rows: Int32Array): Column {
  switch (column.kind) {
    case 'label':
      return { ...column, values: rows.map((row) => column.values[row]!) };
    case 'number':
      return { ...column, values: Float64Array.from(rows, (row) => column.values[row]!) };
    case 'box':
      return { ...column, values: vectorsAt(column.values, 4, rows, Float64Array) };
    case 'vector':
      return { ...column, values: vectorsAt(column.values, column.dim, rows, Float32Array) };
    case 'labels': {
      const of = (row: number): Int32Array => column.values.subarray(column.ends[row - 1] ?? 0, column.ends[row]);
      let end = 0;
      const ends = Uint32Array.from(rows, (row) => (end += of(row).length));
      const values = new Int32Array(end);
      rows.forEach((row, index) => values.set(of(row), ends[index - 1] ?? 0));
      return { ...column, values, ends };
    }
  }
}

function vectorsAt<T extends Float32Array | Float64Array>(
  values: T,
  dim: number,
  rows: Int32Array,
  type: new (length: number) => T,
): T {
  const picked = new type(rows.length * dim);
  rows.forEach((row, index) => picked.set(values.subarray(row * dim, (row + 1) * dim), index * dim));
  return picked;
}

/** Gives columns at some rows, in that order. */
export const columnsAt = (columns: Columns, rows: Int32Array): Columns =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, columnAt(column, rows)]));

/**
 * Makes the column `superclass` of class names with folders in them: what stands before the last `/`; undefined where
 * none has one.
 */
export function folderColumn({
  labels,
  classNames,
}: {
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
}): LabelColumn | undefined {
  if (!classNames.some((name) => name.includes('/'))) return undefined;
  const { values, names } = labelColumn(classNames.map((name) => name.slice(0, Math.max(0, name.lastIndexOf('/')))));
  return { kind: 'label', values: labels.map((label) => values[label] ?? -1), names };
}

/** Says columns with their kinds: `superclass (label), weight (number)`. */
export const namedColumns = (columns: ColumnNeeds): string =>
  Object.entries(columns)
    .map(([name, kind]) => `${name} (${kind})`)
    .join(', ');

/** Lists the kinds of columns by name. */
export const columnKinds = (columns: Columns = {}): ColumnNeeds =>
  Object.fromEntries(Object.entries(columns).map(([name, { kind }]) => [name, kind]));
