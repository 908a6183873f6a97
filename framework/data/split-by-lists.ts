import { readFile } from 'node:fs/promises';
import { AblateError } from '../errors/ablate-error.ts';
import type { RowsByRole } from './cut-rows.ts';
import { locateFile, type DataPlace } from './data-file.ts';
import type { LabelledImages } from './labelled-images.ts';

/**
 * Rows by text files that list image names, one a line; empty lines and lines that begin with `#` are left out. The lists
 * that a run saves are such files.
 *
 * @throws AblateError DATA_INVALID naming file and line of a name that no image has or that two lists hold
 */
export async function splitByLists(lists: Readonly<Record<keyof RowsByRole, string | null>>, images: LabelledImages, place: DataPlace): Promise<RowsByRole> {
  const rowOf = new Map(Array.from({ length: images.length }, (_, row) => [images.name(row), row]));
  const owner = new Map<number, string>();
  const read = async (list: string | null): Promise<Int32Array> => {
    if (list === null) return new Int32Array();
    const file = await locateFile(list, place);
    const rows = (await readFile(file, 'utf8')).split(/\r?\n/).flatMap((text, index) => {
      const name = text.trim();
      if (name === '' || name.startsWith('#')) return [];
      const row = rowOf.get(name);
      const line = `${file}:${index + 1}`;
      if (row === undefined) {
        throw new AblateError('DATA_INVALID', `${line} lists ${name}, which no image of the data set is called.`, { remedy: images.length > 0 ? `Names look like ${images.name(0)}.` : undefined });
      }
      if (owner.has(row)) throw new AblateError('DATA_INVALID', `${line} lists ${name}, which ${owner.get(row)} lists already.`);
      owner.set(row, line);
      return [row];
    });
    return Int32Array.from(rows).sort();
  };
  const found = { train: await read(lists.train), validation: await read(lists.validation), test: await read(lists.test) };
  const classless = found.train.find((row) => images.labels[row]! < 0);
  if (classless !== undefined) throw new AblateError('DATA_INVALID', `${owner.get(classless)} lists ${images.name(classless)} for training, which has no class.`);
  return found;
}
