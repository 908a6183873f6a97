import { AblateError } from '../../base/errors/ablate-error.ts';
import { numberTypes, type NumberTypeName } from './number-type.ts';

/** How the numbers of a stream are written. */
export interface NumberLayout {
  readonly dtype: NumberTypeName;
  readonly littleEndian: boolean;
  /** How many there must be. */
  readonly count: number;
  /** What they are, for errors: `"embedding" in FILE`. */
  readonly name: string;
}

/**
 * Decodes a stream of bytes into numbers, piece by piece.
 *
 * @throws AblateError DATA_INVALID where the stream breaks, or ends before or after `count` numbers
 */
export async function decodeNumbers(
  bytes: AsyncIterable<Uint8Array>,
  { dtype, littleEndian, count, name }: NumberLayout,
  take: (piece: ArrayLike<number>) => void,
): Promise<void> {
  const { bytes: width, read } = numberTypes[dtype];
  let left: Uint8Array = new Uint8Array(0);
  let found = 0;
  const refuse = (what: string, cause?: unknown): never => {
    throw new AblateError('DATA_INVALID', `${name} ${what}.`, { cause, remedy: 'Make the file again.' });
  };
  const broken = (cause: Error): never => refuse(`cannot be read: ${cause.message}`, cause);
  const stream = bytes[Symbol.asyncIterator]();
  for (let next = await stream.next().catch(broken); !next.done; next = await stream.next().catch(broken)) {
    const joined: Uint8Array = left.length > 0 ? Buffer.concat([left, next.value]) : next.value;
    const whole = Math.floor(joined.length / width);
    if (found + whole > count) refuse(`is longer than the ${count} numbers of its shape`);
    if (whole > 0) take(pieceOf(joined, whole));
    found += whole;
    left = joined.subarray(whole * width);
  }
  if (found < count || left.length > 0) refuse(`is cut short: ${found} of ${count} numbers are there`);

  function pieceOf(from: Uint8Array, whole: number): ArrayLike<number> {
    // The bytes of a float32 array are the array itself, once a copy of them is aligned.
    if (dtype === 'float32' && littleEndian)
      return new Float32Array(new Uint8Array(from.subarray(0, whole * 4)).buffer);
    const view = new DataView(from.buffer, from.byteOffset, from.byteLength);
    return Float64Array.from({ length: whole }, (_, index) => read(view, index * width, littleEndian));
  }
}
