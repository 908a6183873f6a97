import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { AblateError } from 'ablate-ml';
import { fileKindClause } from 'ablate-ml/data';

/** An IDX file of unsigned bytes. */
export interface IdxFile {
  readonly shape: readonly number[];
  /** Row-major, as many as the product of `shape`. */
  readonly bytes: Uint8Array;
}

/** Largest file after unpacking, against archives that unpack to more than they should. */
const maxBytes = 2 ** 31 - 1;

/**
 * Reads an IDX file, packed by gzip or not: a magic number 0x0000 08 rank, `rank` big-endian counts, then bytes.
 *
 * @param rank dimensions that the file must have: 3 for images, 1 for labels
 * @throws AblateError DATA_INVALID naming the file and what was found
 */
export async function readIdx(file: string, rank: 1 | 3): Promise<IdxFile> {
  const bytes = unpack(await readFile(file), file);
  const magic = bytes.length >= 4 ? bytes.readUInt32BE(0) : undefined;
  if (magic !== 0x800 + rank) {
    const found = magic === undefined ? `only ${bytes.length} bytes` : `the number ${magic}`;
    const meant = `an IDX file of ${rank === 3 ? 'images' : 'labels'} starts with ${0x800 + rank}`;
    throw invalid(file, `starts with ${found}, where ${meant}${idxClause(magic) ?? fileKindClause(bytes)}`);
  }
  const header = 4 + 4 * rank;
  if (bytes.length < header) throw invalid(file, `ends within its header, after ${bytes.length} bytes`);
  const shape = Array.from({ length: rank }, (_, index) => bytes.readUInt32BE(4 + 4 * index));
  const expected = header + shape.reduce((product, count) => product * count, 1);
  if (bytes.length !== expected)
    throw invalid(file, `has ${bytes.length} bytes, where ${shape.join(' × ')} needs ${expected}`);
  return { shape, bytes: bytes.subarray(header) };
}

/** Types of an IDX file's numbers, by the third byte. */
const idxTypes: Readonly<Record<number, string>> = {
  0x08: 'uint8',
  0x09: 'int8',
  0x0b: 'int16',
  0x0c: 'int32',
  0x0d: 'float32',
  0x0e: 'float64',
};

/** What another IDX file holds, for the end of a sentence; undefined where it is none. */
function idxClause(magic: number | undefined): string | undefined {
  const type = magic !== undefined && magic < 0x10000 ? idxTypes[magic >> 8] : undefined;
  return type === undefined
    ? undefined
    : `: it is an IDX file of ${type} with ${magic! & 255} dimensions, and uint8 is read, images with 3, labels with 1`;
}

function unpack(bytes: Buffer, file: string): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    throw invalid(file, `cannot be unpacked: ${(cause as Error).message}`, cause);
  }
}

function invalid(file: string, what: string, cause?: unknown): AblateError {
  return new AblateError('DATA_INVALID', `${file} ${what}.`, {
    cause,
    remedy: 'Download it again; `images` and `labels` may also have been swapped.',
  });
}
