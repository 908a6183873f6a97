import { AblateError, closeOnFailure, imageDataset, labelByClass, listedImages, locateFile, openImages, readCsv, renamedImages, severalImages, withoutSharedFolders, type CsvTable, type Dataset, type DatasetContext, type RowPairs } from 'ablate-ml';
import type { PairListOptions } from './index.ts';

/**
 * Pairs of a CSV file over the images that it names, and training images of other classes from a folder. Images of the pairs
 * have no class: the file says no more than whether two of them are the same.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, DOWNLOAD_FAILED
 */
export async function pairList(options: PairListOptions, context: DatasetContext): Promise<Dataset> {
  const { left, right, same, fold } = options;
  const table = await readCsv(await locateFile(options.file, context), [left, right, same, ...(fold === null ? [] : [fold])], options.header);
  const names = [...new Set(table.rows.flatMap(([one, other]) => [one!, other!]))];
  const { images: paired } = await listedImages(options.path, { names, list: table.file, missing: options.missing }, context);
  const trained = options.train === null ? undefined : await openImages(options.train, context);
  const trainImages = trained && renamedImages(withoutSharedFolders(trained), (name) => `train/${name}`);
  return closeOnFailure(severalImages(trainImages ? [paired, trainImages] : [paired]), async (images) => {
    const { labels, classNames } = labelByClass(trainImages?.length ?? 0, (row) => trainImages!.name(row).split('/').slice(1, -1).join('/'));
    const rowOf = new Map(Array.from({ length: paired.length }, (_, row) => [paired.name(row), row]));
    const all = Int32Array.from({ length: images.length }, (_, row) => (row < paired.length ? -1 : labels[row - paired.length]!));
    const rows = { train: Int32Array.from(labels.keys(), (row) => row + paired.length) };
    return imageDataset({ images, labels: all, classNames, rows, pairs: rowPairs(table, rowOf, options), options: { ...options, openSet: false }, source: table.file }, context);
  });
}

function rowPairs(table: CsvTable, rowOf: ReadonlyMap<string, number>, { fold, folds }: PairListOptions): RowPairs {
  const kinds = table.rows.map(([, , word], index) => sameness(word!, table, index));
  const seen = [0, 0];
  const dealt = table.rows.map((cells, index) => (fold === null ? seen[Number(kinds[index])]!++ % folds : foldNumber(cells[3]!, table, index)));
  const there = [...table.rows.keys()].filter((index) => rowOf.has(table.rows[index]![0]!) && rowOf.has(table.rows[index]![1]!));
  const rows = (side: 0 | 1): Int32Array => Int32Array.from(there, (index) => rowOf.get(table.rows[index]![side]!)!);
  const first = Math.min(...dealt);
  return { left: rows(0), right: rows(1), same: Uint8Array.from(there, (index) => Number(kinds[index])), fold: Int32Array.from(there, (index) => dealt[index]! - first) };
}

const words: Readonly<Record<string, boolean>> = { '1': true, true: true, yes: true, same: true, '0': false, '-1': false, false: false, no: false, different: false };

function sameness(word: string, { file, lines }: CsvTable, index: number): boolean {
  const found = words[word.toLowerCase()];
  if (found !== undefined) return found;
  throw new AblateError('DATA_INVALID', `${file}:${lines[index]} says ${JSON.stringify(word)} where a pair is the same or not.`, { remedy: `It is said by one of ${Object.keys(words).join(', ')}; where the first line is a pair already, give \`header: false\`.` });
}

function foldNumber(text: string, { file, lines }: CsvTable, index: number): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new AblateError('DATA_INVALID', `${file}:${lines[index]} gives the fold ${JSON.stringify(text)}, which is not a whole number.`);
}
