import type { Column } from '../../contracts/column.ts';
import type { DatasetListing, Role } from '../../contracts/dataset.ts';

/** A value of a column, as it is written: null for none. */
type ListedValue = string | number | null | readonly (string | number)[];

/** An image of a data set in one of its roles. */
interface ListedItem {
  /** Name within the data set, a path below its folder; null where images are made. */
  readonly path: string | null;
  readonly role: Role;
  /** Null for none. */
  readonly class: string | null;
  readonly columns: Readonly<Record<string, ListedValue>>;
}

/** All images of a data set, with what is known of each. */
export interface ListedItems {
  readonly classes: readonly string[];
  readonly items: readonly ListedItem[];
  /** How many images have no role, by the reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

/** Lists the images of a data set by role; those of pairs only where no other role has them. */
export function listItems({ splits, leftOut }: DatasetListing): ListedItems {
  const classes = new Set(splits.flatMap(({ classNames }) => classNames));
  const seen = new Set<string>();
  const items: ListedItem[] = [];
  for (const split of [...splits].sort((one, other) => Number(one.role === 'pairs') - Number(other.role === 'pairs'))) {
    for (let row = 0; row < split.length; row++) {
      const path = split.source?.(row) ?? null;
      if (path !== null && split.role === 'pairs' && seen.has(path)) continue;
      if (path !== null) seen.add(path);
      items.push({
        path,
        role: split.role,
        class: split.classNames[split.labels[row]!] ?? null,
        columns: Object.fromEntries(
          Object.entries(split.columns ?? {}).map(([name, column]) => [name, valueOf(column, row)]),
        ),
      });
    }
  }
  return { classes: [...classes], items, skipped: leftOut };
}

function valueOf(column: Column, row: number): ListedValue {
  switch (column.kind) {
    case 'label':
      return column.names[column.values[row]!] ?? null;
    case 'number':
      return numberOrNull(column.values[row]!);
    case 'labels':
      return Array.from(
        column.values.subarray(column.ends[row - 1] ?? 0, column.ends[row]),
        (label) => column.names[label]!,
      );
    case 'box':
      return vectorOrNull(column.values.subarray(row * 4, row * 4 + 4));
    case 'vector':
      return vectorOrNull(column.values.subarray(row * column.dim, (row + 1) * column.dim));
  }
}

const numberOrNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
const vectorOrNull = (values: ArrayLike<number>): readonly number[] | null =>
  Number.isNaN(values[0]) ? null : Array.from(values);
