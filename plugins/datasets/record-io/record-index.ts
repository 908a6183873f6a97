import { readFile } from 'node:fs/promises';
import { AblateError } from 'ablate-ml';

/** Where the records of a `.rec` file begin, in the order of their keys. */
export interface RecordIndex {
  readonly keys: Float64Array;
  /** Byte offset of each record. */
  readonly offsets: Float64Array;
}

const [tab, newline, carriageReturn, zero, nine] = [9, 10, 13, 48, 57];

/**
 * Reads an `.idx` file: a key, a tab and an offset on each line.
 *
 * @throws AblateError DATA_INVALID naming file and line
 */
export async function readIndex(file: string): Promise<RecordIndex> {
  const bytes = await readFile(file);
  const numbers: number[] = [];
  let [value, digits, line] = [0, 0, 1];
  const fail = (): never => {
    throw new AblateError('DATA_INVALID', `${file}:${line} is not a key, a tab and an offset.`, {
      remedy: 'The index is the file that ends in .idx; the images are in the one that ends in .rec.',
    });
  };
  const end = (expected: number): void => {
    if (digits === 0 || numbers.length % 2 !== expected) fail();
    numbers.push(value);
    [value, digits] = [0, 0];
  };
  for (const byte of bytes) {
    if (byte >= zero && byte <= nine) [value, digits] = [value * 10 + byte - zero, digits + 1];
    else if (byte === tab) end(0);
    else if (byte === newline) {
      if (digits > 0 || numbers.length % 2 === 1) end(1);
      line++;
    } else if (byte !== carriageReturn) fail();
  }
  if (digits > 0) end(1);
  if (numbers.length === 0 || numbers.length % 2 === 1) fail();
  const order = Uint32Array.from({ length: numbers.length / 2 }, (_, index) => index).sort(
    (a, b) => numbers[2 * a]! - numbers[2 * b]!,
  );
  const keys = Float64Array.from(order, (index) => numbers[2 * index]!);
  const twice = keys.find((key, place) => key === keys[place - 1]);
  if (twice !== undefined)
    throw new AblateError('DATA_INVALID', `${file} gives the key ${twice} twice.`, {
      remedy: 'Make the index again: each record has a key of its own.',
    });
  return { keys, offsets: Float64Array.from(order, (index) => numbers[2 * index + 1]!) };
}
