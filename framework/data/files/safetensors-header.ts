import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';

/** What a safetensors header says of a tensor. */
export interface HeaderEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** From the first byte of the data on. */
  readonly offsets: readonly [begin: number, end: number];
}

/** The beginning of a safetensors file, read. */
export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the header's order. */
  readonly entries: readonly HeaderEntry[];
  /** All bytes before the data. */
  readonly head: Buffer;
}

/** Throws the error of the file that is read. @param what follows its name: `is cut short` */
export type RefuseFile = (what: string, cause?: unknown) => never;

const count = z.int().nonnegative();
const entryModel = z.object({ dtype: z.string(), shape: z.array(count), data_offsets: z.tuple([count, count]) });
const metadataModel = z.record(z.string(), z.string()).optional();

/** Bytes that a header may have: what other readers of the format allow. */
const longestHeader = 1e8;

/**
 * Makes the beginning of a safetensors file, up to the data: the length of the header as eight little-endian bytes and
 * the header, padded to eight bytes.
 *
 * @param metadata in this order
 */
export function safetensorsHeader(
  entries: readonly HeaderEntry[],
  metadata: readonly (readonly [key: string, value: string])[],
): Buffer {
  // Written member by member: an object would put a tensor called "0" before the metadata, and lose one called
  // "__proto__".
  const members = entries.map(
    ({ name, dtype, shape, offsets }) => [name, { dtype, shape, data_offsets: offsets }] as const,
  );
  const json = Buffer.from(
    `{"__metadata__":${object(metadata)}${members.length > 0 ? `,${object(members).slice(1)}` : '}'}`,
  );
  const head = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  head.writeBigUInt64LE(BigInt(head.length - 8));
  json.copy(head, 8);
  return head;
}

const object = (members: readonly (readonly [string, unknown])[]): string =>
  `{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;

/**
 * Reads the beginning of a safetensors file of any program; no data.
 *
 * @param size bytes of the whole file
 */
export async function readSafetensorsHeader(
  handle: FileHandle,
  size: number,
  refuse: RefuseFile,
): Promise<SafetensorsHeader> {
  const prefix = Buffer.alloc(8);
  if (size < 8) refuse('is cut short');
  await fill(handle, prefix, 0, refuse);
  const length = prefix.readBigUInt64LE();
  if (length > longestHeader) refuse('is not a safetensors file: its header would be longer than the format allows');
  if (length > size - 8) refuse('is cut short');
  const head = Buffer.alloc(8 + Number(length));
  await fill(handle, head, 0, refuse);
  let header: unknown;
  try {
    header = JSON.parse(head.toString('utf8', 8));
  } catch (cause) {
    return refuse('has a header that is not JSON', cause);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return refuse('has a header that is no list of tensors');
  const metadata = metadataModel.safeParse((header as Record<string, unknown>)['__metadata__']);
  if (!metadata.success) return refuse('has metadata that are not all text');
  const entries = Object.entries(header).flatMap(([name, said]): HeaderEntry[] => {
    if (name === '__metadata__') return [];
    const { success, data } = entryModel.safeParse(said);
    if (!success) return refuse(`does not say where "${name}" lies, and of what shape it is`);
    return [{ name, dtype: data.dtype, shape: data.shape, offsets: data.data_offsets }];
  });
  return { metadata: metadata.data ?? {}, entries, head };
}

async function fill(handle: FileHandle, target: Uint8Array, position: number, refuse: RefuseFile): Promise<void> {
  for (let done = 0; done < target.length; ) {
    const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) refuse('is cut short');
    done += bytesRead;
  }
}
