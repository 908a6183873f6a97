import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { digestOf } from '../files/digest-of.ts';
import { FileStamps } from './file-stamps.ts';
import { readFlatTable, writeFlatTable } from './flat-table-file.ts';
import type { ListedColumns } from './listed-columns.ts';
import { tell } from '../../base/system/tell.ts';

/** Part of an index's name; raise it with every change of what an index holds or means. */
const indexVersion = 2;

/** Images from which on a listing is kept: fewer are looked for in less time than a person notices. */
const indexedFrom = 20_000;

/** What is listed, and where listings are kept. */
export interface Indexing {
  /** All that decides the listing but for the files themselves: paths, options. */
  readonly key: unknown;
  /** What it lists, for messages: a file or a folder. */
  readonly title: string;
  /** The user's cache folder. */
  readonly cacheDirectory: string;
}

/** A listing, and the file that keeps it where it is long enough. */
export interface Indexed<T extends ListedColumns> {
  readonly table: T;
  readonly file: string | undefined;
}

/**
 * Makes a listing of images that is dear to make, kept in the cache as one file and read from there in one go the next
 * time, as long as nothing that it was made from has changed. A damaged or outdated one is made anew. Processes that
 * make it at once write the same.
 *
 * @param build makes the listing, and notes each file and folder in `seen` before reading it
 */
export async function indexed<T extends ListedColumns>(
  { key, title, cacheDirectory }: Indexing,
  build: (seen: FileStamps) => Promise<T>,
): Promise<Indexed<T>> {
  const file = path.join(cacheDirectory, 'indexes', `${digestOf(indexVersion, key)}.index`);
  const kept = readFlatTable(file);
  if (kept && FileStamps.unchanged(kept)) return { table: kept as unknown as T, file };
  const seen = new FileStamps();
  const table = await build(seen);
  if (table.names.length < indexedFrom) {
    rmSync(file, { force: true });
    return { table, file: undefined };
  }
  const stamps = seen.columns();
  // What has changed while it was read is read again the next time.
  if (FileStamps.unchanged(stamps)) {
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      await writeFlatTable(file, { ...table, ...stamps });
    } catch (error) {
      tell(`The index of ${title} cannot be kept, and is made anew the next time: ${(error as Error).message}`);
    }
  }
  return { table, file };
}
