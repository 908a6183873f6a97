import { createHash } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { KeptFeatures } from '../../contracts/kept-features.ts';
import { bytesOf } from '../../base/system/bytes-of.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';

/** Bytes of the SHA-256 that a file begins with. */
const digestBytes = 32;

/**
 * Makes a holder of features: those of one group in memory, and every key's in a file of the cache folder, where the
 * processes of a sweep and runs of another day find them. A file that is damaged or of another length is written anew.
 *
 * @param cacheDirectory the user's cache folder; a disk without room leaves them in memory alone
 */
export function featureStore(cacheDirectory: string): KeptFeatures {
  let held: { readonly group: string; readonly found: Map<string, Promise<Float32Array>> } | undefined;
  return {
    of(group, key, length, compute) {
      // Before others are computed, so that there is never room taken for both.
      if (held?.group !== group) held = { group, found: new Map() };
      const { found } = held;
      const known = found.get(key);
      if (known) return known;
      const made = readOrCompute(path.join(cacheDirectory, 'features', `${group}-${key}.f32`), length, compute);
      found.set(key, made);
      made.catch(() => found.delete(key));
      return made;
    },
  };
}

async function readOrCompute(
  file: string,
  length: number,
  compute: () => Promise<Float32Array>,
): Promise<Float32Array> {
  const kept = await readFeatures(file, length);
  if (kept) return kept;
  const computed = await compute();
  const bytes = bytesOf(computed);
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeAtomically(
      file,
      (async function* () {
        yield createHash('sha256').update(bytes).digest();
        yield bytes;
      })(),
    );
  } catch (cause) {
    const isRoom = cause instanceof AblateError && cause.code === 'DISK_FULL';
    const isClosed = ['EACCES', 'EROFS', 'EPERM'].includes((cause as NodeJS.ErrnoException).code ?? '');
    if (!isRoom && !isClosed) throw cause;
  }
  return computed;
}

/** The numbers of a file; undefined where there is none that is whole. */
async function readFeatures(file: string, length: number): Promise<Float32Array | undefined> {
  const handle = await open(file, 'r').catch(() => undefined);
  try {
    if (!handle || (await handle.stat()).size !== digestBytes + length * Float32Array.BYTES_PER_ELEMENT)
      return undefined;
    const bytes = await readFile(handle);
    const content = bytes.subarray(digestBytes);
    if (!createHash('sha256').update(content).digest().equals(bytes.subarray(0, digestBytes))) return undefined;
    // A copy of its own: numbers of four bytes must begin at a multiple of four.
    return new Float32Array(new Uint8Array(content).buffer);
  } finally {
    await handle?.close();
  }
}
