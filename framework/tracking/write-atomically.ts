import { randomUUID } from 'node:crypto';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskFull } from '../errors/disk-full.ts';

/** Makes a folder's entries durable; some file systems do not offer it, and need not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/**
 * Writes a file so that a kill or a power cut leaves either the old one or the new one, whole: temporary file beside it,
 * fsync, rename, fsync of the folder.
 *
 * @param content whole, or as a stream
 * @throws AblateError DISK_FULL with the bytes needed, where there is no room; the old file stays
 */
export async function writeAtomically(file: string, content: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = `${file}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const handle = await open(temporary, 'wx');
    try {
      await writeFile(handle, content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (cause) {
    await rm(temporary, { force: true });
    throw diskFull(cause, file, typeof content === 'string' || content instanceof Uint8Array ? Buffer.byteLength(content) : undefined) ?? cause;
  }
}
