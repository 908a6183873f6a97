import { AblateError } from '../../base/errors/ablate-error.ts';
import type { RowsByRole } from './cut-rows.ts';
import { locateFile, type DataPlace } from '../files/data-file.ts';
import type { LabeledImages } from './labeled-images.ts';
import { readText } from '../lists/read-text.ts';
import { splitListMark, splitListVersion } from './split-lists.ts';

/**
 * Splits rows by text files that list image names, one a line; empty lines and lines that begin with `#` are left out.
 * The lists that a run saves are such files.
 *
 * @throws AblateError DATA_INVALID naming file and line of a name that no image has or that two lists hold
 */
export async function splitByLists(
  lists: Readonly<Record<keyof RowsByRole, string | null>>,
  images: LabeledImages,
  place: DataPlace,
): Promise<RowsByRole> {
  const rowOf = new Map(Array.from({ length: images.length }, (_, row) => [images.name(row), row]));
  const owner = new Map<number, string>();
  const read = async (list: string | null): Promise<Int32Array> => {
    if (list === null) return new Int32Array();
    const file = await locateFile(list, place);
    const lines = (await readText(file)).split(/\r?\n/);
    refuseNewer(lines[0]!, file);
    const rows = lines.flatMap((text, index) => {
      const name = rowOf.has(text) ? text : text.trim();
      const row = rowOf.get(name);
      // An image may be called `#1.png`: a line is a comment only where no image has that name.
      if (row === undefined && (name === '' || name.startsWith('#'))) return [];
      const line = `${file}:${index + 1}`;
      if (row === undefined) {
        throw new AblateError('DATA_INVALID', `${line} lists ${name}, which no image of the data set is called.`, {
          remedy: images.length > 0 ? `Names look like ${images.name(0)}.` : undefined,
        });
      }
      if (owner.has(row))
        throw new AblateError('DATA_INVALID', `${line} lists ${name}, which ${owner.get(row)} lists already.`);
      owner.set(row, line);
      return [row];
    });
    return Int32Array.from(rows).sort();
  };
  const found = {
    train: await read(lists.train),
    validation: await read(lists.validation),
    test: await read(lists.test),
  };
  const classless = found.train.find((row) => images.labels[row]! < 0);
  if (classless !== undefined)
    throw new AblateError(
      'DATA_INVALID',
      `${owner.get(classless)} lists ${images.name(classless)} for training, which has no class.`,
    );
  return found;
}

/** Lists that people write have no version. */
function refuseNewer(first: string, file: string): void {
  if (!first.startsWith(splitListMark) || Number.parseInt(first.slice(splitListMark.length), 10) === splitListVersion)
    return;
  throw new AblateError(
    'DATA_INVALID',
    `${file}:1 is a split list of another version than this Ablate reads: ${first}.`,
    { remedy: 'Use the version of Ablate that wrote it.' },
  );
}
