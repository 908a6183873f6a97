import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { openZip } from '../archives/zip-archive.ts';
import { npyArray } from './npy-array.ts';
import type { ArrayFile } from './stored-array.ts';

/** Opens one `.npy` file, its array under the name given. */
export function openNpy(file: string, name: string): ArrayFile {
  return {
    file,
    names: [name],
    array: async (wanted) =>
      wanted === name ? npyArray(async () => createReadStream(file), file, (await stat(file)).size, file) : undefined,
    close: async () => undefined,
  };
}

/**
 * Opens the arrays of an `.npz` file, compressed or not.
 *
 * @throws AblateError DATA_INVALID where it is no zip file, cut short, or a zip bomb
 */
export async function openNpz(file: string): Promise<ArrayFile> {
  const zip = await openZip(file, { largeEntries: true });
  const entries = new Map(zip.names.filter((name) => name.endsWith('.npy')).map((name) => [name.slice(0, -4), name]));
  return {
    file,
    names: [...entries.keys()],
    array: async (wanted) =>
      entries.has(wanted)
        ? npyArray(() => zip.stream(entries.get(wanted)!), `"${wanted}" in ${file}`, zip.size(entries.get(wanted)!))
        : undefined,
    close: async () => zip.close(),
  };
}
