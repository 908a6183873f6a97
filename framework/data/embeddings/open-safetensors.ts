import { open } from 'node:fs/promises';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { bytesBetween } from '../files/bytes-between.ts';
import { decodeNumbers } from './decode-numbers.ts';
import { numberTypes, type NumberTypeName } from './number-type.ts';
import { sizeOf, type ArrayFile, type StoredArray } from './stored-array.ts';

/** Longest header that the format allows. */
const longestHeader = 100_000_000;

const kinds: Readonly<Record<string, NumberTypeName>> = {
  F16: 'float16',
  BF16: 'bfloat16',
  F32: 'float32',
  F64: 'float64',
  I8: 'int8',
  I16: 'int16',
  I32: 'int32',
  I64: 'int64',
  U8: 'uint8',
  U16: 'uint16',
  U32: 'uint32',
  U64: 'uint64',
  BOOL: 'bool',
};

interface HeaderEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

/**
 * The tensors of a safetensors file, from any program; read one by one, in pieces.
 *
 * @throws AblateError DATA_INVALID where it is cut short or malformed
 */
export async function openSafetensors(file: string): Promise<ArrayFile> {
  const refuse = (what: string, cause?: unknown): never => {
    throw new AblateError('DATA_INVALID', `${file} ${what}.`, { cause, remedy: 'Make the file again.' });
  };
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const start = Buffer.alloc(8);
    if ((await handle.read(start, 0, 8, 0)).bytesRead < 8) refuse('is cut short');
    const length = Number(start.readBigUInt64LE());
    if (length > longestHeader) refuse('is not a safetensors file: its header would be longer than the format allows');
    if (8 + length > size) refuse('is cut short');
    const header = Buffer.alloc(length);
    await handle.read(header, 0, length, 8);
    const { entries, metadata } = parsed(header.toString('utf8'), refuse);
    const data = 8 + length;
    return {
      file,
      names: Object.keys(entries),
      ...(metadata['classNames'] !== undefined && { classNames: namesIn(metadata['classNames'], refuse) }),
      ...(metadata['format'] === 'ablate-embeddings' && { imageNames: JSON.parse(metadata['names']!) as string[] }),
      array: async (name) => (Object.hasOwn(entries, name) ? tensorOf(name, entries[name]!) : undefined),
      close: () => handle.close(),
    };

    function tensorOf(name: string, { dtype: type, shape, data_offsets: [begin, end] }: HeaderEntry): StoredArray {
      const dtype = kinds[type];
      if (!dtype) return refuse(`holds "${name}" of type ${type}, where ${Object.keys(kinds).join(', ')} can be read`);
      if (begin < 0 || end - begin !== sizeOf(shape) * numberTypes[dtype].bytes)
        return refuse(`gives "${name}" ${end - begin} bytes, which do not fit its shape [${shape.join(', ')}]`);
      if (data + end > size) return refuse(`is cut short at "${name}"`);
      return {
        dtype,
        shape,
        place: { file, offset: data + begin },
        async read(take) {
          await decodeNumbers(
            bytesBetween(handle, data + begin, data + end),
            { dtype, littleEndian: true, count: sizeOf(shape), name: `"${name}" in ${file}` },
            take,
          );
        },
      };
    }
  } catch (cause) {
    await handle.close();
    throw cause;
  }
}

type Refuse = (what: string, cause?: unknown) => never;

function parsed(
  text: string,
  refuse: Refuse,
): { entries: Record<string, HeaderEntry>; metadata: Record<string, string> } {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    return refuse('has a header that is not JSON', cause);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return refuse('has a header that is no list of tensors');
  const { __metadata__: metadata = {}, ...entries } = header as Record<string, HeaderEntry> & {
    __metadata__?: Record<string, string>;
  };
  const length = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  for (const [name, entry] of Object.entries(entries)) {
    const { shape, data_offsets: offsets, dtype } = (entry ?? {}) as Partial<HeaderEntry>;
    const whole =
      typeof dtype === 'string' &&
      Array.isArray(shape) &&
      shape.every(length) &&
      Array.isArray(offsets) &&
      offsets.length === 2 &&
      offsets.every(length);
    if (!whole) refuse(`has a header that does not describe "${name}"`);
  }
  return { entries, metadata: metadata as Record<string, string> };
}

function namesIn(text: string, refuse: Refuse): string[] {
  try {
    const names = JSON.parse(text) as unknown;
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  } catch {
    // Said below.
  }
  return refuse('has metadata "classNames" that is no JSON list of names');
}
