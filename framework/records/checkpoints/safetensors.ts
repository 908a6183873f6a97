import { createHash, type Hash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { diskFull } from '../../base/system/disk-full.ts';
import type { StoredTensor } from '../../contracts/checkpoint.ts';
import { temporaryName } from '../../base/system/temporary-name.ts';
import { syncFolder } from '../../base/system/write-atomically.ts';

/** Names of number types in a safetensors header. */
export const dtypes = { float32: 'F32', int32: 'I32' } as const;
const arrays = { F32: Float32Array, I32: Int32Array } as const;
const dtypeOf = { F32: 'float32', I32: 'int32' } as const;

/** What a header says of a tensor. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** From the first byte of the data on. */
  readonly offsets: readonly [begin: number, end: number];
}

const count = z.int().nonnegative();
const entryModel = z.object({ dtype: z.string(), shape: z.array(count), data_offsets: z.tuple([count, count]) });
const metadataModel = z.record(z.string(), z.string()).optional();

/** Bytes that a header may have: what other readers of the format allow. */
const longestHeader = 1e8;
/** Bytes that are read or hashed at once. */
const pieceBytes = 2 ** 24;
const checksumKey = 'ablate-sha256';
/** How a file begins that carries a checksum, after the header's length: 64 digits follow. */
const sealStart = `{"__metadata__":{"${checksumKey}":"`;
const openSeal = '0'.repeat(64);

/** The memory of an array, as it is. */
export const bytesOf = (data: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

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
  const head = safetensorsHeader(entries, metadata, openSeal);
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
 * The beginning of a safetensors file, up to the data: the length of the header and the header, padded to eight bytes.
 *
 * @param checksum where the file is to carry one
 */
export function safetensorsHeader(
  entries: readonly HeaderEntry[],
  metadata: Readonly<Record<string, string>>,
  checksum?: string,
): Buffer {
  // Written member by member: an object would put a tensor called "0" before the metadata, and lose one called
  // "__proto__".
  const texts = Object.entries(metadata).filter(([key]) => key !== checksumKey);
  if (checksum !== undefined) texts.unshift([checksumKey, checksum]);
  const members = entries.map(
    ({ name, dtype, shape, offsets }) => [name, { dtype, shape, data_offsets: offsets }] as const,
  );
  const json = Buffer.from(
    `{"__metadata__":${object(texts)}${members.length > 0 ? `,${object(members).slice(1)}` : '}'}`,
  );
  const head = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  head.writeBigUInt64LE(BigInt(head.length - 8));
  json.copy(head, 8);
  return head;
}

const object = (members: readonly (readonly [string, unknown])[]): string =>
  `{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;

/**
 * What `writeSafetensors` keeps in a file's header beside the tensors; undefined where that cannot be read. Reads no
 * data.
 */
export async function readSafetensorsMetadata(file: string): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    return await reading(file, async (handle, size) => parsedHeader(await readHead(handle, size, file), file).metadata);
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
): Promise<{ metadata: Record<string, string>; tensors: Map<string, StoredTensor> }> {
  return reading(file, async (handle, size) => {
    const head = await readHead(handle, size, file);
    const { metadata, entries } = parsedHeader(head, file);
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
      if (head.length + end > size || end - begin !== 4 * elements(shape))
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

/** Reads the header with the eight bytes before it. */
async function readHead(handle: FileHandle, size: number, file: string): Promise<Buffer> {
  const prefix = Buffer.alloc(8);
  if (size < 8) throw damaged(file, 'is cut short');
  await fill(handle, prefix, 0, file);
  const length = prefix.readBigUInt64LE();
  if (length > size - 8) throw damaged(file, 'is cut short');
  if (length > longestHeader)
    throw damaged(file, `has a header of ${length} bytes, where ${longestHeader} can be read`);
  const head = Buffer.alloc(8 + Number(length));
  await fill(handle, head, 0, file);
  return head;
}

function parsedHeader(head: Buffer, file: string): { metadata: Record<string, string>; entries: HeaderEntry[] } {
  let header: unknown;
  try {
    header = JSON.parse(head.toString('utf8', 8));
  } catch (cause) {
    throw damaged(file, 'has a header that is not JSON', cause);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw damaged(file, 'has a header that is no map');
  const metadata = metadataModel.safeParse((header as Record<string, unknown>)['__metadata__']);
  if (!metadata.success) throw damaged(file, 'has metadata that are not all text');
  const entries = Object.entries(header).flatMap(([name, said]): HeaderEntry[] => {
    if (name === '__metadata__') return [];
    const { success, data } = entryModel.safeParse(said);
    if (!success) throw damaged(file, `does not say where "${name}" lies, and of what shape it is`);
    return [{ name, dtype: data.dtype, shape: data.shape, offsets: data.data_offsets }];
  });
  return { metadata: metadata.data ?? {}, entries };
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
