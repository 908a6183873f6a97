import { constants, copyFile, link, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskFull } from './disk-full.ts';
import { temporaryName } from './temporary-name.ts';

/** Makes a folder's entries durable; some file systems do not offer it, and need not. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

type Content = string | Uint8Array | AsyncIterable<Uint8Array>;

/**
 * Writes a file so that a kill or a power cut leaves either the old one or the new one, whole: temporary file beside
 * it, fsync, rename, fsync of the folder.
 *
 * @param content whole, or as a stream
 * @throws AblateError DISK_FULL with the bytes needed, where there is no room; the old file stays
 */
export async function writeAtomically(
  file: string,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  await placed(file, content, (temporary) => rename(temporary, file));
}

/**
 * Writes a file where there is none, whole or not at all; of several processes that try at once, one succeeds.
 *
 * @returns whether this call made it
 * @throws AblateError DISK_FULL
 */
export async function createAtomically(file: string, content: Content): Promise<boolean> {
  return placed(file, content, async (temporary) => {
    const made = await link(temporary, file)
      // A file system without links.
      .catch((cause: NodeJS.ErrnoException) =>
        cause.code === 'EEXIST' ? Promise.reject(cause) : copyFile(temporary, file, constants.COPYFILE_EXCL),
      )
      .then(
        () => true,
        (cause: NodeJS.ErrnoException) => (cause.code === 'EEXIST' ? false : Promise.reject(cause)),
      );
    await rm(temporary, { force: true });
    return made;
  });
}

/** Writes a temporary file that is safe on the disk before `place` gives it its name. */
async function placed<T>(file: string, content: Content, place: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = temporaryName(file);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await writeFile(handle, content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const done = await place(temporary);
    await syncFolder(dirname(file));
    return done;
  } catch (cause) {
    await rm(temporary, { force: true });
    throw (
      diskFull(
        cause,
        file,
        typeof content === 'string' || content instanceof Uint8Array ? Buffer.byteLength(content) : undefined,
      ) ?? cause
    );
  }
}
