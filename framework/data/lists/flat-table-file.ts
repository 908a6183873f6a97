import { createHash } from 'node:crypto';
import { bytesOf } from '../../base/system/bytes-of.ts';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { writeAtomically } from '../../base/system/write-atomically.ts';
import { TextTable } from './text-table.ts';

/** Columns of a table by name, of any lengths. */
export type FlatTable = Readonly<Record<string, TextTable | FlatArray>>;

type FlatArray = Uint8Array | Int32Array | Uint32Array | Float64Array;

const types = { Uint8Array, Int32Array, Uint32Array, Float64Array } as const;
const mark = 'ablate flat table 1';
const checksumBytes = 32;

interface Entry {
  readonly name: string;
  readonly type: keyof typeof types | 'text';
  /** Numbers of an array, or texts. */
  readonly length: number;
  /** Bytes of all texts. */
  readonly bytes?: number;
}

/**
 * Writes columns into one file, which appears whole or not at all: the length of the header in eight bytes, the header
 * in JSON, the columns, each from a multiple of eight bytes on, and the SHA-256 of it all.
 *
 * @throws AblateError DISK_FULL
 */
export async function writeFlatTable(file: string, table: FlatTable): Promise<void> {
  const columns = Object.entries(table).map(
    ([name, column]): Entry =>
      column instanceof TextTable
        ? { name, type: 'text', length: column.length, bytes: column.bytes.length }
        : { name, type: column.constructor.name as keyof typeof types, length: column.length },
  );
  const header = Buffer.from(JSON.stringify({ mark, columns }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeAtomically(
    file,
    checked([
      length,
      header,
      ...Object.values(table).flatMap((column) =>
        column instanceof TextTable ? [column.ends, column.bytes] : [column],
      ),
    ]),
  );
}

async function* checked(parts: readonly FlatArray[]): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = bytesOf(part);
    for (const piece of [bytes, new Uint8Array(padded(bytes.length) - bytes.length)]) {
      hash.update(piece);
      yield piece;
    }
  }
  yield hash.digest();
}

/** Reads the columns of such a file, in one go; undefined where it is not there, damaged or of another kind. */
export function readFlatTable(file: string): FlatTable | undefined {
  try {
    const content = readWhole(file);
    const data = content.subarray(0, -checksumBytes);
    if (!createHash('sha256').update(data).digest().equals(content.subarray(data.length))) return undefined;
    const headerLength = Number(data.readBigUInt64LE(0));
    const header = JSON.parse(data.toString('utf8', 8, 8 + headerLength)) as {
      mark: string;
      columns: readonly Entry[];
    };
    if (header.mark !== mark) return undefined;
    let offset = padded(8 + headerLength);
    const take = (type: keyof typeof types, length: number): FlatArray => {
      const array = new types[type](data.buffer as ArrayBuffer, data.byteOffset + offset, length);
      offset += padded(array.byteLength);
      return array;
    };
    return Object.fromEntries(
      header.columns.map(({ name, type, length, bytes = 0 }) => {
        if (type !== 'text') return [name, take(type, length)];
        const ends = take('Uint32Array', length) as Uint32Array;
        return [name, new TextTable(take('Uint8Array', bytes) as Uint8Array, ends)];
      }),
    );
  } catch {
    return undefined;
  }
}

const padded = (bytes: number): number => 8 * Math.ceil(bytes / 8);

/** Not `readFile`, which reads in pieces of half a megabyte. */
function readWhole(file: string): Buffer {
  const handle = openSync(file, 'r');
  try {
    const content = Buffer.allocUnsafeSlow(fstatSync(handle).size);
    for (let filled = 0; filled < content.length; ) {
      const read = readSync(handle, content, filled, Math.min(content.length - filled, 2 ** 30), filled);
      if (read === 0) throw new Error('cut short');
      filled += read;
    }
    return content;
  } finally {
    closeSync(handle);
  }
}
