import { closeSync, openSync, readSync } from 'node:fs';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { bytesOf } from '../../base/system/bytes-of.ts';
import { fileSource } from '../../data/embeddings/file-source.ts';
import type { RowSource } from '../../math/metrics/row-source.ts';

/** How the numbers of an index lie on the disk. */
export const indexTypes = ['float32', 'float16', 'int8'] as const;

/** A type of number of an index. */
export type IndexType = (typeof indexTypes)[number];

/** Counts the bytes of a row. An int8 row begins with its scale, a float32: its largest magnitude by 127. */
export const bytesPerRow = (type: IndexType, dim: number): number =>
  type === 'int8' ? 4 + dim : dim * (type === 'float16' ? 2 : 4);

const [number, bits] = [new Float32Array(1), new Uint32Array(1)];
const view = new Uint32Array(number.buffer);

/** The nearest half precision number of a magnitude of at most 1, ties to even (IEEE 754 binary16). */
function halfOf(value: number): number {
  number[0] = value;
  bits[0] = view[0]! & 0x7fffffff;
  const sign = (view[0]! >>> 16) & 0x8000;
  if (bits[0]! >= 0x38800000) return sign | ((bits[0]! - 0x38000000 + 0xfff + ((bits[0]! >>> 13) & 1)) >>> 13);
  const steps = Math.abs(value) * 2 ** 24;
  const down = Math.floor(steps);
  const isUp = steps - down > 0.5 || (steps - down === 0.5 && down % 2 === 1);
  return sign | (down + Number(isUp));
}

/** Encodes rows of length 1, row-major. */
export function encodeRows(values: Float32Array, dim: number, type: IndexType): Uint8Array {
  if (type === 'float32') return bytesOf(values);
  if (type === 'float16') return bytesOf(Uint16Array.from(values, halfOf));
  const [rows, width] = [values.length / dim, bytesPerRow(type, dim)];
  const encoded = new Uint8Array(rows * width);
  const [header, signed] = [new DataView(encoded.buffer), new Int8Array(encoded.buffer)];
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * dim, (row + 1) * dim);
    const scale = Math.fround(own.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127);
    header.setFloat32(row * width, scale, true);
    // A row of zeros has no scale.
    for (let column = 0; column < dim; column++)
      signed[row * width + 4 + column] =
        scale > 0 ? Math.max(-127, Math.min(127, Math.round(own[column]! / scale))) : 0;
  }
  return encoded;
}

/** Rows of an index in a file. */
export interface EncodedRows {
  readonly file: string;
  readonly type: IndexType;
  readonly count: number;
  readonly dim: number;
}

/**
 * Opens rows that are read from their file, in parts, whenever they are asked for. Holds the file open.
 *
 * @throws AblateError DATA_INVALID, from `copy`, where the file has been cut short since
 */
export function openRows({ file, type, count, dim }: EncodedRows): RowSource & { close(): void } {
  if (type !== 'int8') return fileSource({ file, offset: 0, count, dim, dtype: type });
  const handle = openSync(file, 'r');
  const width = bytesPerRow(type, dim);
  return {
    count,
    dim,
    copy(begin, end, into, at) {
      const bytes = new Uint8Array((end - begin) * width);
      for (let done = 0; done < bytes.length; ) {
        const read = readSync(handle, bytes, done, bytes.length - done, begin * width + done);
        if (read === 0)
          throw new AblateError('DATA_INVALID', `${file} was cut short while it was read.`, {
            remedy: 'Build the index again.',
          });
        done += read;
      }
      const [header, signed] = [new DataView(bytes.buffer), new Int8Array(bytes.buffer)];
      for (let row = 0; row < end - begin; row++) {
        const scale = header.getFloat32(row * width, true);
        for (let column = 0; column < dim; column++)
          into[at + row * dim + column] = scale * signed[row * width + 4 + column]!;
      }
    },
    close: () => closeSync(handle),
  };
}
