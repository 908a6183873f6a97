import { closeSync, openSync, readSync } from 'node:fs';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { RowSource } from '../../math/metrics/row-source.ts';
import { numberTypes } from './number-type.ts';

/** Rows of float16 or float32 numbers as they lie in a file. */
export interface FileRows {
  readonly file: string;
  /** First byte of the first row. */
  readonly offset: number;
  readonly count: number;
  readonly dim: number;
  readonly dtype: 'float16' | 'float32';
}

/** Bytes read at a time. */
const bytesAtOnce = 2 ** 24;

/** Every half precision number by its bits. */
let halves: Float32Array | undefined;

function halvesByBits(): Float32Array {
  const view = new DataView(new ArrayBuffer(2));
  return (halves ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => {
    view.setUint16(0, bits);
    return numberTypes.float16.read(view, 0, false);
  }));
}

/**
 * Opens rows that are read from their file whenever they are asked for, so that none of them stay in memory. Holds the
 * file open.
 *
 * @throws AblateError DATA_INVALID, from `copy`, where the file has been cut short since
 */
export function fileSource({ file, offset, count, dim, dtype }: FileRows): RowSource & { close(): void } {
  const handle = openSync(file, 'r');
  const width = numberTypes[dtype].bytes;
  const fill = (bytes: Uint8Array, position: number): void => {
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(handle, bytes, done, Math.min(bytesAtOnce, bytes.length - done), position + done);
      if (read === 0)
        throw new AblateError('DATA_INVALID', `${file} was cut short while it was read.`, {
          remedy: 'Make the file again.',
        });
      done += read;
    }
  };
  return {
    count,
    dim,
    copy(begin, end, into, at) {
      const numbers = (end - begin) * dim;
      const position = offset + begin * dim * width;
      if (dtype === 'float32')
        return fill(new Uint8Array(into.buffer, into.byteOffset + 4 * at, 4 * numbers), position);
      const bits = new Uint16Array(numbers);
      fill(new Uint8Array(bits.buffer), position);
      const table = halvesByBits();
      for (let number = 0; number < numbers; number++) into[at + number] = table[bits[number]!]!;
    },
    close: () => closeSync(handle),
  };
}
