import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AblateError } from '../errors/ablate-error.ts';
import { diskFull } from '../errors/disk-full.ts';
import type { StoredTensor } from '../engine/checkpoint.ts';

/** Names of number types in a safetensors header. */
export const dtypes = { float32: 'F32', int32: 'I32' } as const;
const arrays = { F32: Float32Array, I32: Int32Array } as const;
const dtypeOf = { F32: 'float32', I32: 'int32' } as const;

interface HeaderEntry {
  readonly dtype: 'F32' | 'I32';
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

/** The memory of an array, as it is. */
export const bytesOf = (data: Float32Array | Int32Array): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/**
 * Writes tensors in the safetensors format (an 8-byte little-endian header length, a JSON header, the data), which PyTorch and others
 * read. Goes to a temporary file, is forced to disk and then renamed, so that `file` is never half written.
 *
 * @param tensors each with its name, dtype and shape
 * @param metadata strings kept in the header; `sha256` (of the data) is added
 * @returns size and SHA-256 of the whole file
 * @throws AblateError DISK_FULL with the bytes needed; what was there under the name stays
 */
export async function writeSafetensors(file: string, tensors: Iterable<StoredTensor> | AsyncIterable<StoredTensor>, metadata: Readonly<Record<string, string>>): Promise<{ bytes: number; sha256: string }> {
  const all: StoredTensor[] = [];
  for await (const tensor of tensors) all.push(tensor);
  const header: Record<string, unknown> = {};
  const dataHash = createHash('sha256');
  let offset = 0;
  for (const { name, dtype, shape, data } of all) {
    header[name] = { dtype: dtypes[dtype], shape: [...shape], data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
    dataHash.update(bytesOf(data));
  }
  const head = safetensorsHeader(header, { ...metadata, sha256: dataHash.digest('hex') });
  const fileHash = createHash('sha256');
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w');
  try {
    for (const chunk of [head, ...all.map(({ data }) => bytesOf(data))]) {
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
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
  return { bytes: head.length + offset, sha256: fileHash.digest('hex') };
}

/** The beginning of a safetensors file, up to the data: the length of the header and the header, padded to eight bytes. */
export function safetensorsHeader(entries: Readonly<Record<string, unknown>>, metadata: Readonly<Record<string, string>>): Uint8Array {
  const json = JSON.stringify({ __metadata__: metadata, ...entries });
  const text = Buffer.from(json.padEnd(Math.ceil(Buffer.byteLength(json) / 8) * 8 + json.length - Buffer.byteLength(json), ' '));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}

/** What `writeSafetensors` keeps in a file's header beside the tensors; undefined where that cannot be read. Reads no data. */
export async function readSafetensorsMetadata(file: string): Promise<Readonly<Record<string, string>> | undefined> {
  const handle = await open(file, 'r');
  try {
    const length = Buffer.alloc(8);
    await handle.read(length, 0, 8, 0);
    const { size } = await handle.stat();
    const text = Buffer.alloc(Math.min(Number(length.readBigUInt64LE()), size));
    await handle.read(text, 0, text.length, 8);
    return (JSON.parse(text.toString()) as { __metadata__?: Record<string, string> }).__metadata__;
  } catch {
    // A damaged file: whoever needs its content is told when reading it whole.
    return undefined;
  } finally {
    await handle.close();
  }
}

/**
 * Reads a safetensors file whole.
 *
 * @throws AblateError CHECKPOINT_INVALID where it is cut short, malformed or its `sha256` does not agree
 */
export async function readSafetensors(file: string): Promise<{ metadata: Record<string, string>; tensors: Map<string, StoredTensor> }> {
  const content = await readFile(file);
  const damaged = (what: string, cause?: unknown): AblateError =>
    new AblateError('CHECKPOINT_INVALID', `${file} ${what}.`, { remedy: 'Use an older file, or make it again.', cause });
  if (content.length < 8) throw damaged('is cut short');
  const headerLength = Number(content.readBigUInt64LE(0));
  if (headerLength > content.length - 8) throw damaged('is cut short');
  let header: Record<string, HeaderEntry>;
  try {
    header = JSON.parse(content.toString('utf8', 8, 8 + headerLength)) as Record<string, HeaderEntry>;
  } catch (cause) {
    throw damaged('has a header that is not JSON', cause);
  }
  const { __metadata__, ...entries } = header as unknown as { __metadata__?: Record<string, string> } & Record<string, HeaderEntry>;
  const metadata = __metadata__ ?? {};
  const data = content.subarray(8 + headerLength);
  if (metadata['sha256'] !== undefined && createHash('sha256').update(data).digest('hex') !== metadata['sha256']) throw damaged('does not have the checksum it was written with');
  const tensors = new Map<string, StoredTensor>();
  for (const [name, entry] of Object.entries(entries as Record<string, HeaderEntry>)) {
    const ArrayType = arrays[entry.dtype];
    if (!ArrayType) throw damaged(`holds "${name}" of type ${entry.dtype}, where F32 and I32 can be read`);
    const [begin, end] = entry.data_offsets;
    if (end > data.length || end - begin !== 4 * elements(entry.shape)) throw damaged(`is cut short at "${name}"`);
    const copy = data.buffer.slice(data.byteOffset + begin, data.byteOffset + end) as ArrayBuffer;
    tensors.set(name, { name, dtype: dtypeOf[entry.dtype], shape: entry.shape, data: new ArrayType(copy) });
  }
  return { metadata, tensors };
}
