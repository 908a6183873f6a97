import { decodeNumbers } from './decode-numbers.ts';
import { longestNpyHeader, npyHeader } from './npy-header.ts';
import { numberTypes } from './number-type.ts';
import { sizeOf, type StoredArray } from './stored-array.ts';

/**
 * An `.npy` array behind a stream that can be opened again.
 *
 * @param name what it is, for errors; @param plain the file and its size, where the stream is a file as it is
 * @throws AblateError DATA_INVALID
 */
export async function npyArray(open: () => Promise<AsyncIterable<Uint8Array>>, name: string, plain?: { readonly file: string; readonly size: number }): Promise<StoredArray> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of await open()) {
    parts.push(chunk);
    size += chunk.length;
    if (size >= longestNpyHeader) break;
  }
  const { dtype, littleEndian, shape, length } = npyHeader(Buffer.concat(parts), name);
  // A file of another length is told what is wrong with it by `read`.
  const whole = plain !== undefined && littleEndian && plain.size === length + sizeOf(shape) * numberTypes[dtype].bytes;
  return {
    dtype,
    shape,
    ...(whole && { place: { file: plain.file, offset: length } }),
    async read(take) {
      await decodeNumbers(after(await open(), length), { dtype, littleEndian, count: sizeOf(shape), name }, take);
    },
  };
}

/** A stream without its first bytes. */
async function* after(stream: AsyncIterable<Uint8Array>, skipped: number): AsyncGenerator<Uint8Array> {
  let left = skipped;
  for await (const chunk of stream) {
    if (chunk.length > left) yield left > 0 ? chunk.subarray(left) : chunk;
    left = Math.max(0, left - chunk.length);
  }
}
