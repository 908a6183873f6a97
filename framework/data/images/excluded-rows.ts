import path from 'node:path';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { readText } from '../lists/read-text.ts';
import type { EncodedImages } from './encoded-images.ts';

/**
 * Reads which images a list leaves out of a data set.
 *
 * @param list a text file of image names, one a line; a line that begins with `#` says nothing
 * @throws AblateError DATA_NOT_FOUND; DATA_INVALID naming a line that is no image of the data set
 */
export async function excludedRows(
  list: string,
  images: Pick<EncodedImages, 'length' | 'name'>,
  baseDirectory: string,
): Promise<ReadonlySet<number>> {
  const file = path.resolve(baseDirectory, list);
  const rowOf = new Map(Array.from({ length: images.length }, (_, row) => [images.name(row), row]));
  const rows = new Set<number>();
  for (const [index, line] of (await readText(file)).split(/\r?\n/).entries()) {
    const name = line.trim();
    if (name === '' || name.startsWith('#')) continue;
    const row = rowOf.get(name);
    if (row === undefined)
      throw new AblateError(
        'DATA_INVALID',
        `${file}:${index + 1} excludes ${name}, which is no image of the data set.`,
        {
          given: list,
          remedy: 'Names are those that `ablate data list` prints; list them anew for data that have changed.',
        },
      );
    rows.add(row);
  }
  return rows;
}
