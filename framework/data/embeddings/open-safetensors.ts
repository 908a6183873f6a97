import { open } from 'node:fs/promises';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { bytesBetween } from '../files/bytes-between.ts';
import { readSafetensorsHeader, type HeaderEntry, type RefuseFile } from '../files/safetensors-header.ts';
import { decodeNumbers } from './decode-numbers.ts';
import { numberTypes, type NumberTypeName } from './number-type.ts';
import { sizeOf, type ArrayFile, type StoredArray } from './stored-array.ts';

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

/**
 * Opens the tensors of a safetensors file, from any program; read one by one, in pieces.
 *
 * @throws AblateError DATA_INVALID where it is cut short or malformed
 */
export async function openSafetensors(file: string): Promise<ArrayFile> {
  const refuse: RefuseFile = (what, cause) => {
    throw new AblateError('DATA_INVALID', `${file} ${what}.`, { cause, remedy: 'Make the file again.' });
  };
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const { metadata, entries, head } = await readSafetensorsHeader(handle, size, refuse);
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    return {
      file,
      names: [...byName.keys()],
      ...(metadata['classNames'] !== undefined && { classNames: namesIn(metadata['classNames'], refuse) }),
      ...(metadata['format'] === 'ablate-embeddings' && { imageNames: JSON.parse(metadata['names']!) as string[] }),
      array: async (name) => {
        const entry = byName.get(name);
        return entry && tensorOf(entry);
      },
      close: () => handle.close(),
    };

    function tensorOf({ name, dtype: type, shape, offsets: [begin, end] }: HeaderEntry): StoredArray {
      const dtype = kinds[type];
      if (!dtype) return refuse(`holds "${name}" of type ${type}, where ${Object.keys(kinds).join(', ')} can be read`);
      if (begin < 0 || end - begin !== sizeOf(shape) * numberTypes[dtype].bytes)
        return refuse(`gives "${name}" ${end - begin} bytes, which do not fit its shape [${shape.join(', ')}]`);
      if (head.length + end > size) return refuse(`is cut short at "${name}"`);
      return {
        dtype,
        shape,
        place: { file, offset: head.length + begin },
        async read(take) {
          await decodeNumbers(
            bytesBetween(handle, head.length + begin, head.length + end),
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

function namesIn(text: string, refuse: RefuseFile): string[] {
  try {
    const names = JSON.parse(text) as unknown;
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  } catch {
    // Said below.
  }
  return refuse('has metadata "classNames" that is no JSON list of names');
}
