import { digestOf } from '../files/digest-of.ts';
import type { FlatTable } from './flat-table-file.ts';
import { TextTable } from './text-table.ts';

/** Columns that every listing of images has. */
export interface ListedColumns extends FlatTable {
  /** Name of each image. */
  readonly names: TextTable;
  /** What `ImagePlace.find` returned for each. */
  readonly marks: Uint32Array;
  /** One text, the digest of both, which takes a while for millions. */
  readonly identity: TextTable;
}

/** Finds these columns, by names and what was found. */
export function listedColumns(names: TextTable, found: ArrayLike<number>): ListedColumns {
  const marks = Uint32Array.from(found);
  return { names, marks, identity: TextTable.of([digestOf(names.bytes, names.ends, marks)]) };
}
