import { AblateError } from '../../base/errors/ablate-error.ts';
import { fileKindClause } from '../files/file-kind.ts';
import type { NumberTypeName } from './number-type.ts';

/** What the header of an `.npy` array says (NumPy enhancement proposal 1). */
export interface NpyHeader {
  readonly dtype: NumberTypeName;
  readonly littleEndian: boolean;
  readonly shape: readonly number[];
  /** Bytes before the data. */
  readonly length: number;
}

/** Most bytes of a header that are read; NumPy's own limit is 10,000 characters. */
export const longestNpyHeader = 2 ** 16;

const kinds: Readonly<Record<string, NumberTypeName>> = {
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  b1: 'bool',
};

/** How NumPy numbers texts, or labels of any kind. */
const numbered = 'numpy.unique(…, return_inverse=True)[1]';

/**
 * Reads the header at the beginning of `bytes`.
 *
 * @param name what it belongs to, for errors
 * @throws AblateError DATA_INVALID: no `.npy` array, cut short, of Python objects, of another type than numbers, in
 * Fortran order
 */
export function npyHeader(bytes: Uint8Array, name: string): NpyHeader {
  const refuse = (what: string, remedy = 'Write it with numpy.save.'): never => {
    throw new AblateError('DATA_INVALID', `${name} ${what}.`, { remedy });
  };
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < 10 || view.toString('latin1', 0, 6) !== '\x93NUMPY')
    refuse(`is not an .npy array${fileKindClause(bytes)}`);
  const [major, start] = [view[6]!, view[6] === 1 ? 10 : 12];
  if (major < 1 || major > 3) refuse(`is of version ${major} of the .npy format, which cannot be read`);
  if (view.length < start) refuse('is cut short in its header');
  const length = start + (major === 1 ? view.readUInt16LE(8) : view.readUInt32LE(8));
  if (length > longestNpyHeader) refuse(`has a header of ${length} bytes`);
  if (view.length < length) refuse('is cut short in its header');
  const text = view.toString('utf8', start, length);
  const descr = /'descr':\s*(?:'([^']*)'|(.))/.exec(text);
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (!descr || shape === undefined) refuse(`has a header that cannot be understood: ${text.trim().slice(0, 100)}`);
  const type = descr![1] ?? 'a structure of fields';
  if (/^[|<>=]?O/.test(type))
    refuse(
      'holds Python objects, whose pickle is never read',
      `Save numbers: numpy.stack(…).astype(numpy.float32) for embeddings, ${numbered} for labels.`,
    );
  const dtype = kinds[type.slice(1)];
  if (/^[|<>=]?[US]\d/.test(type))
    refuse(`holds ${type}, where numbers are read, not texts`, `Number them: ${numbered}.`);
  if (!dtype) refuse(`holds ${type}, where numbers are read: ${Object.values(kinds).join(', ')}`);
  const sizes = shape!
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  if (/'fortran_order':\s*True/.test(text) && sizes.length > 1)
    refuse('is in Fortran order, column after column', 'Save numpy.ascontiguousarray(…).');
  return { dtype: dtype!, littleEndian: !type.startsWith('>'), shape: sizes, length };
}
