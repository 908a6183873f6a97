import { createHash, type Hash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { bytesOf } from '../../base/system/bytes-of.ts';
import { diskFull } from '../../base/system/disk-full.ts';
import type { StoredTensor } from '../../contracts/checkpoint.ts';
import { temporaryName } from '../../base/system/temporary-name.ts';
import { syncFolder } from '../../base/system/write-atomically.ts';
import { sizeOf } from '../../data/embeddings/stored-array.ts';
import {
  readSafetensorsHeader,
  safetensorsHeader,
  type HeaderEntry,
  type RefuseFile,
} from '../../data/files/safetensors-header.ts';

/** Names of number types in a safetensors header. */
export const dtypes = { float32: 'F32', int32: 'I32' } as const;
const arrays = { F32: Float32Array, I32: Int32Array } as const;
const dtypeOf = { F32: 'float32', I32: 'int32' } as const;

/** Bytes that are read or hashed at once. */
const pieceBytes = 2 ** 24;
const checksumKey = 'ablate-sha256';
/** How a file begins that carries a checksum, after the header's length: 64 digits follow. */
const sealStart = `{"__metadata__":{"${checksumKey}":"`;
const openSeal = '0'.repeat(64);

function* inPieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let begin = 0; begin < bytes.length; begin += pieceBytes) yield bytes.subarray(begin, begin + pieceBytes);
}

/**
 * Writes tensors in the safetensors format (an 8-byte little-endian header length, a JSON header, the data), which
 * PyTorch and others read. Goes to a temporary file, is forced to disk and then renamed, so that `file` is never half
 * written.
 *
 * @param tensors each with its name, dtype and shape
 * @param metadata strings kept in the header. `ablate-sha256` is added: SHA-256 of the whole file, in which these 64
 * digits are zeros
 * @returns size and SHA-256 of the whole file
 * @throws AblateError DISK_FULL with the bytes needed; what was there under the name stays
 */
export async function writeSafetensors(
  file: string,
  tensors: Iterable<StoredTensor> | AsyncIterable<StoredTensor>,
  metadata: Readonly<Record<string, string>>,
): Promise<{ bytes: number; sha256: string }> {
  const data: Uint8Array[] = [];
  const entries: HeaderEntry[] = [];
  let offset = 0;
  for await (const { name, dtype, shape, data: values } of tensors) {
    entries.push({ name, dtype: dtypes[dtype], shape, offsets: [offset, offset + values.byteLength] });
    data.push(bytesOf(values));
    offset += values.byteLength;
  }
  const texts = Object.entries(metadata).filter(([key]) => key !== checksumKey);
  const head = safetensorsHeader(entries, [[checksumKey, openSeal], ...texts]);
  head.write(hashOf([head, ...data]), 8 + sealStart.length);
  const fileHash = createHash('sha256');
  const temporary = temporaryName(file);
  const handle = await open(temporary, 'wx');
  try {
    for (const chunk of [head, ...data].flatMap((bytes) => [...inPieces(bytes)])) {
      fileHash.update(chunk);
      await handle.writeFile(chunk);
    }
    await handle.sync();
    await handle.close();
    await rename(temporary, file);
  } catch (cause) {
    await handle.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw diskFull(cause, file, head.length + offset) ?? cause;
  }
  await syncFolder(dirname(file));
  return { bytes: head.length + offset, sha256: fileHash.digest('hex') };
}

function hashOf(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) for (const piece of inPieces(part)) hash.update(piece);
  return hash.digest('hex');
}

/**
 * Reads what `writeSafetensors` keeps in a file's header beside the tensors; undefined where that cannot be read. Reads
 * no data.
 */
export async function readSafetensorsMetadata(file: string): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    return await reading(
      file,
      async (handle, size) => (await readSafetensorsHeader(handle, size, refuseOf(file))).metadata,
    );
  } catch {
    // A damaged file: whoever needs its content is told when reading it whole.
    return undefined;
  }
}

/**
 * Reads a safetensors file of any size.
 *
 * @param isSealed refuses one without a checksum: what Ablate wrote has one; a file of another program need not
 * @throws AblateError CHECKPOINT_INVALID where it is cut short, malformed or its checksum does not agree
 */
export async function readSafetensors(
  file: string,
  isSealed = false,
): Promise<{ metadata: Readonly<Record<string, string>>; tensors: Map<string, StoredTensor> }> {
  return reading(file, async (handle, size) => {
    const { head, metadata, entries } = await readSafetensorsHeader(handle, size, refuseOf(file));
    const hash =
      isSealed || metadata[checksumKey] !== undefined ? unsealed(head, metadata[checksumKey], file) : undefined;
    const tensors = new Map<string, StoredTensor>();
    let position = head.length;
    // Data are read, and hashed, in the order in which they lie; the map is in the header's.
    const read = new Map<HeaderEntry, StoredTensor>();
    for (const entry of entries.toSorted(
      (one, other) => one.offsets[0] - other.offsets[0] || one.offsets[1] - other.offsets[1],
    )) {
      const {
        name,
        shape,
        offsets: [begin, end],
      } = entry;
      const dtype = entry.dtype as keyof typeof arrays;
      if (!Object.hasOwn(arrays, dtype))
        throw damaged(file, `holds "${name}" of type ${dtype}, where F32 and I32 can be read`);
      if (head.length + end > size || end - begin !== 4 * sizeOf(shape))
        throw damaged(file, `is cut short at "${name}"`);
      if (head.length + begin !== position) throw damaged(file, `has a gap or an overlap before "${name}"`);
      const bytes = new Uint8Array(end - begin);
      await fill(handle, bytes, position, file, hash);
      position += bytes.length;
      read.set(entry, { name, dtype: dtypeOf[dtype], shape, data: new arrays[dtype](bytes.buffer) });
    }
    if (position !== size) throw damaged(file, `goes on for ${size - position} bytes after its last tensor`);
    if (hash && hash.digest('hex') !== metadata[checksumKey])
      throw damaged(file, 'does not have the checksum it was written with');
    for (const entry of entries) tensors.set(entry.name, read.get(entry)!);
    return { metadata, tensors };
  });
}

async function reading<T>(file: string, work: (handle: FileHandle, size: number) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r');
  try {
    return await work(handle, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

/** Begins the checksum of a file with its header. */
function unsealed(head: Buffer, checksum: string | undefined, file: string): Hash {
  const begin = 8 + sealStart.length;
  if (checksum === undefined)
    throw damaged(file, 'carries no checksum: it is damaged, or from before version 0.1.0 of Ablate');
  if (head.toString('latin1', 8, begin + 65) !== `${sealStart}${checksum}"`)
    throw damaged(file, 'does not begin with its checksum');
  const open = Buffer.from(head);
  open.write(openSeal, begin);
  return createHash('sha256').update(open);
}

async function fill(
  handle: FileHandle,
  target: Uint8Array,
  position: number,
  file: string,
  hash?: Hash,
): Promise<void> {
  for (let done = 0; done < target.length; ) {
    const { bytesRead } = await handle.read(target, done, Math.min(pieceBytes, target.length - done), position + done);
    if (bytesRead === 0) throw damaged(file, 'is cut short');
    hash?.update(target.subarray(done, done + bytesRead));
    done += bytesRead;
  }
}

const damaged = (file: string, what: string, cause?: unknown): AblateError =>
  new AblateError('CHECKPOINT_INVALID', `${file} ${what}.`, { remedy: 'Use an older file, or make it again.', cause });

const refuseOf =
  (file: string): RefuseFile =>
  (what, cause) => {
    throw damaged(file, what, cause);
  };
