import { AblateError } from '../../base/errors/ablate-error.ts';
import { decodeNumbers } from './decode-numbers.ts';
import { longestNpyHeader, npyHeader } from './npy-header.ts';
import { numberTypes } from './number-type.ts';
import { sizeOf, type StoredArray } from './stored-array.ts';

/**
 * Opens an `.npy` array behind a stream that can be opened again.
 *
 * @param name what it is, for errors
 * @param bytes that the stream has
 * @param plain the file, where the stream is a file as it is
 * @throws AblateError DATA_INVALID; above all where its shape has more numbers than there are bytes for, before any
 * room is made for them
 */
export async function npyArray(
  open: () => Promise<AsyncIterable<Uint8Array>>,
  name: string,
  bytes: number,
  plain?: string,
): Promise<StoredArray> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const stream = await open();
  try {
    for await (const chunk of stream) {
      parts.push(chunk);
      size += chunk.length;
      if (size >= longestNpyHeader) break;
    }
  } catch (cause) {
    throw new AblateError('DATA_INVALID', `${name} cannot be read: ${(cause as Error).message}.`, {
      cause,
      remedy: 'Make the file again.',
    });
  }
  const { dtype, littleEndian, shape, length } = npyHeader(Buffer.concat(parts), name);
  const { bytes: width } = numberTypes[dtype];
  const [count, there] = [sizeOf(shape), Math.max(0, Math.floor((bytes - length) / width))];
  if (!(count <= there))
    throw new AblateError('DATA_INVALID', `${name} is cut short: ${there} of ${count} numbers are there.`, {
      remedy: 'Make the file again.',
    });
  const whole = plain !== undefined && littleEndian && bytes === length + count * width;
  return {
    dtype,
    shape,
    ...(whole && { place: { file: plain, offset: length } }),
    async read(take) {
      await decodeNumbers(after(await open(), length), { dtype, littleEndian, count, name }, take);
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
