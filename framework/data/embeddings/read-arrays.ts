import { totalmem } from 'node:os';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { didYouMean } from '../../base/errors/did-you-mean.ts';
import { memorySource, type RowSource } from '../../math/metrics/row-source.ts';
import { fileSource } from './file-source.ts';
import { numberTypes } from './number-type.ts';
import { sizeOf, type ArrayFile, type StoredArray } from './stored-array.ts';

const invalid = (problem: string, remedy?: string): AblateError => new AblateError('DATA_INVALID', problem, { remedy });
const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** The array of that name, which must be there. */
async function requiredArray(from: ArrayFile, name: string): Promise<StoredArray> {
  const found = await from.array(name);
  if (found) return found;
  const meant = didYouMean(name, from.names);
  throw invalid(
    `${from.file} has no tensor "${name}"; it has ${from.names.slice(0, 20).join(', ') || 'none'}.`,
    [meant, `Give the tensor the name ${name}.`].filter(Boolean).join(' '),
  );
}

/** Refuses what would take more memory than there is, at four bytes a number. */
function requireMemory({ file }: ArrayFile, name: string, shape: readonly number[], remedy?: string): void {
  if (!(sizeOf(shape) * 4 <= totalmem()))
    throw invalid(
      `"${name}" in ${file} has the shape ${shapeText(shape)}, which is more than this machine's memory.`,
      remedy,
    );
}

/** Numbers from which on rows stay in their file where they can be read there: 128 MiB as float32. */
const inFileFrom = 2 ** 25;

/** Rows of numbers. */
export interface ReadRows extends RowSource {
  /** Closes the file of rows that stayed there. */
  close?(): void;
}

/**
 * Reads rows of numbers as float32, row-major; many float16 or float32 ones stay in their file, if it is not packed,
 * and are read from it in parts.
 *
 * @param inFile numbers from which on they stay there
 * @throws AblateError DATA_INVALID: another shape than `[n, dim]`, more than the machine's memory, a row with NaN or an
 * infinite number
 */
export async function readRows(from: ArrayFile, name: string, inFile = inFileFrom): Promise<ReadRows> {
  const array = await requiredArray(from, name);
  const { shape, dtype, place } = array;
  if (dtype === 'bool') throw invalid(`"${name}" in ${from.file} is bool, where numbers are expected.`);
  if (shape.length !== 2 || shape[0] === 0 || shape[1] === 0)
    throw invalid(
      `"${name}" in ${from.file} has the shape ${shapeText(shape)}, where [rows, dimensions] is expected.`,
      'Give one row an image: embedding.reshape(len(embedding), -1)',
    );
  const [count, dim] = shape as [number, number];
  const requireFinite = (values: Float32Array, first: number, numbers: number): void => {
    for (let index = 0; index < numbers; index++) {
      if (!Number.isFinite(values[index]!))
        throw invalid(
          `"${name}" in ${from.file} holds NaN or an infinite number in row ${Math.floor((first + index) / dim)}, column ${(first + index) % dim}.`,
          'Look at what made it: the network diverged, or a row was never written.',
        );
    }
  };
  if (place && (dtype === 'float32' || dtype === 'float16') && count * dim >= inFile) {
    const source = fileSource({ ...place, count, dim, dtype });
    const step = Math.max(1, Math.floor(2 ** 20 / dim));
    const block = new Float32Array(step * dim);
    for (let begin = 0; begin < count; begin += step) {
      const end = Math.min(count, begin + step);
      source.copy(begin, end, block, 0);
      requireFinite(block, begin * dim, (end - begin) * dim);
    }
    return source;
  }
  requireMemory(
    from,
    name,
    shape,
    'Save it as float16 or float32 in an .npy or .safetensors file, from which rows are read in parts.',
  );
  const values = new Float32Array(sizeOf(shape));
  let done = 0;
  await array.read((piece) => {
    values.set(piece, done);
    requireFinite(values.subarray(done, done + piece.length), done, piece.length);
    done += piece.length;
  });
  return memorySource({ values, dim });
}

/** What whole numbers must be. */
export interface IntegerRange {
  readonly least: number;
  readonly most: number;
  /** How many there must be, and of what: `100 rows`. */
  readonly length?: { readonly of: string; readonly count: number };
  /** What the range means, for the error. */
  readonly meaning: string;
  /** What to do about one outside of it. */
  readonly remedy?: string;
}

/**
 * Reads a list of whole numbers.
 *
 * @throws AblateError DATA_INVALID: another shape than `[n]`, another length, no whole numbers, one outside the range,
 * naming its place
 */
export async function readIntegers(
  from: ArrayFile,
  name: string,
  { least, most, length, meaning, remedy }: IntegerRange,
): Promise<Int32Array> {
  const array = await requiredArray(from, name);
  const { shape, dtype } = array;
  const flat = shape.filter((size, axis) => axis === 0 || size !== 1);
  if (dtype !== 'json' && !numberTypes[dtype].integer)
    throw invalid(
      `"${name}" in ${from.file} is ${dtype}, where whole numbers are expected.`,
      `Save ${name}.astype(numpy.int64).`,
    );
  if (flat.length !== 1)
    throw invalid(`"${name}" in ${from.file} has the shape ${shapeText(shape)}, where one number each is expected.`);
  if (length && flat[0] !== length.count)
    throw invalid(`"${name}" in ${from.file} has ${flat[0]} entries, and there are ${length.count} ${length.of}.`);
  requireMemory(from, name, shape);
  const values = new Int32Array(flat[0]!);
  let place = 0;
  await array.read((piece) => {
    for (let index = 0; index < piece.length; index++, place++) {
      const value = piece[index]!;
      if (!Number.isInteger(value) || value < least || value > most) {
        const found = Number.isNaN(value) ? (array.quote?.(place) ?? value) : value;
        throw invalid(`"${name}" in ${from.file} holds ${found} at place ${place}, which is ${meaning}.`, remedy);
      }
      values[place] = value;
    }
  });
  return values;
}
