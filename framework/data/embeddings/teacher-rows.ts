import type { Split } from '../../contracts/dataset.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { chosenSource, rowsFrom, type Rows } from '../../math/metrics/row-source.ts';
import { openArrays } from './open-arrays.ts';
import { readRows } from './read-arrays.ts';

/**
 * Reads what a teacher gave for the images of a split, in the split's order: by the images' names where the file says
 * them and they are the split's, else row by row.
 *
 * @param file `.npy`, `.npz`, `.safetensors` or `.json` with a tensor `embedding [n, dim]`
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID; DATA_INVALID too where an image has no row
 */
export async function teacherRows(file: string, { length, source }: Pick<Split, 'length' | 'source'>): Promise<Rows> {
  const arrays = await openArrays(file, 'embedding');
  try {
    const found = await readRows(arrays, 'embedding', Infinity);
    const rowOf = new Map(arrays.imageNames?.map((name, row) => [name, row]));
    const names = source && rowOf.size > 0 ? Array.from({ length }, (_, image) => source(image)) : [];
    if (!names.some((name) => rowOf.has(name))) {
      if (found.count === length) return rowsFrom(found, {});
      throw unfit(`${file} holds ${found.count} rows of embedding, and there are ${length} training images.`);
    }
    const absent = names.find((name) => !rowOf.has(name));
    if (absent !== undefined) throw unfit(`${file} holds no embedding of the training image ${absent}.`);
    const chosen = chosenSource(
      found,
      names.map((name) => rowOf.get(name)!),
    );
    return rowsFrom(chosen, {});
  } finally {
    await arrays.close();
  }
}

const unfit = (problem: string): AblateError =>
  new AblateError('DATA_INVALID', problem, {
    remedy: 'Embed the very images that are trained on: npx ablate embed TEACHER --images FOLDER --out FILE.',
  });
