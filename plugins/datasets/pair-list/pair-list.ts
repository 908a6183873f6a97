import { AblateError, z } from 'ablate-ml';
import {
  closeOnFailure,
  dataFile,
  imageOptions,
  labelByClass,
  listedImages,
  locateFile,
  missingOption,
  openImages,
  readCsv,
  renamedImages,
  severalImages,
  warnAboutData,
  withoutSharedFolders,
  type CsvTable,
  type DataPlace,
  type EncodedImages,
  type ImageDatasetParts,
  type RowPairs,
} from 'ablate-ml/data';

const column = z.union([z.string().min(1), z.number().int().min(0)]);

export const options = z.strictObject({
  file: dataFile.describe('CSV file of pairs'),
  path: dataFile.describe('folder or zip file of the images'),
  left: column.default(0).describe("column of one image's name below `path`, by name or by position from 0"),
  right: column.default(1).describe("column of the other image's name"),
  same: column
    .default(2)
    .describe('column that says whether both show the same: 1 or 0, true or false, yes or no, same or different'),
  fold: column.nullable().default(null).describe('column of the fold, counted from 0 or 1; null to deal the pairs out'),
  folds: z
    .number()
    .int()
    .min(2)
    .default(10)
    .describe('folds that pairs are dealt out to in turn, those of the same and those of different apart'),
  header: z.boolean().default(true).describe('whether the first line names the columns'),
  train: dataFile.nullable().default(null).describe('folder or zip file of training images, one folder a class'),
  missing: missingOption,
  ...imageOptions,
});

/** Options of a list of pairs. */
export type PairListOptions = z.output<typeof options>;

/**
 * Reads the pairs of a CSV file over the images that it names, and training images of other classes from a folder.
 * Images of the pairs have no class: the file says no more than whether two of them are the same.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, DOWNLOAD_FAILED
 */
export async function pairList(options: PairListOptions, context: DataPlace): Promise<ImageDatasetParts> {
  const { left, right, same, fold } = options;
  const file = await locateFile(options.file, context);
  const table = await readCsv(file, [left, right, same, ...(fold === null ? [] : [fold])], options.header, (cells) => {
    // A column may be called as a word for the same is.
    if (typeof same === 'string' || sameness(cells[2]!) === undefined || /^(same|different)$/i.test(cells[2]!)) return;
    throw new AblateError('DATA_INVALID', `${file}:1 is a pair itself: ${cells.join(', ')}.`, {
      remedy: 'Give `header: false`, so that it counts.',
    });
  });
  const names = [...new Set(table.rows.flatMap(([one, other]) => [one!, other!]))];
  const { images: paired, rowOf } = await listedImages(
    options.path,
    { names, list: table.file, missing: options.missing },
    context,
  );
  const trained = options.train === null ? undefined : await openImages(options.train, context);
  const trainImages = trained && renamedImages(withoutSharedFolders(trained), (name) => `train/${name}`);
  return closeOnFailure(severalImages(trainImages ? [paired, trainImages] : [paired]), async (images) => {
    if (trainImages) refuseTrained(paired, trainImages, table.file);
    const { labels, classNames } = labelByClass(trainImages?.length ?? 0, (row) =>
      trainImages!.name(row).split('/').slice(1, -1).join('/'),
    );
    const all = Int32Array.from({ length: images.length }, (_, row) =>
      row < paired.length ? -1 : labels[row - paired.length]!,
    );
    const rows = { train: Int32Array.from(labels.keys(), (row) => row + paired.length) };
    const { pairs, repeated } = rowPairs(table, rowOf, options);
    if (repeated > 0)
      warnAboutData(context, `${repeated} pairs of ${table.file} say again what a line above says: each counts once.`);
    return {
      images,
      labels: all,
      classNames,
      rows,
      pairs,
      options: { ...options, openSet: false },
      source: table.file,
    };
  });
}

/** Refuses an image of a pair that is a training image too. */
function refuseTrained(paired: EncodedImages, trained: EncodedImages, list: string): void {
  const locations = new Set(Array.from({ length: trained.length }, (_, row) => trained.location(row)));
  const both = Array.from({ length: paired.length }, (_, row) => paired.location(row)).filter((location) =>
    locations.has(location),
  );
  if (both.length === 0) return;
  throw new AblateError(
    'DATA_INVALID',
    `${both.length} of the images that ${list} lists are training images too: ${both[0]}.`,
    { remedy: 'Train on other images than the pairs are measured on.' },
  );
}

/** The pairs whose images are there, each once, and how many stand in the table more than once. */
function rowPairs(
  table: CsvTable,
  rowOf: ReadonlyMap<string, number>,
  { fold, folds }: PairListOptions,
): { pairs: RowPairs; repeated: number } {
  const { file, lines } = table;
  const kinds = table.rows.map(([, , word], index) => knownSameness(word!, table, index));
  const given = table.rows.map((cells, index) => (fold === null ? 0 : foldNumber(cells[3]!, table, index)));
  // Rows of images, not names: one image may be listed by two names.
  const rowAt = (index: number, side: 0 | 1): number | string =>
    rowOf.get(table.rows[index]![side]!) ?? table.rows[index]![side]!;
  const firstOf = new Map<string, number>();
  const once = [...table.rows.keys()].filter((index) => {
    const [left, right] = [rowAt(index, 0), rowAt(index, 1)];
    const before = firstOf.get(`${left} ${right}`) ?? firstOf.get(`${right} ${left}`);
    if (before !== undefined && (kinds[before] !== kinds[index] || given[before] !== given[index])) {
      throw new AblateError(
        'DATA_INVALID',
        `${file}:${lines[index]} says otherwise than line ${lines[before]} of ${table.rows[index]!.slice(0, 2).join(' and ')}.`,
        { remedy: 'Leave one of the lines out.' },
      );
    }
    const repeated = firstOf.has(`${left} ${right}`);
    if (!repeated) firstOf.set(`${left} ${right}`, index);
    return !repeated;
  });
  const seen = [0, 0];
  const dealt = new Map(
    once.map((index) => [index, fold === null ? seen[Number(kinds[index])]!++ % folds : given[index]!]),
  );
  const there = once.filter((index) => rowOf.has(table.rows[index]![0]!) && rowOf.has(table.rows[index]![1]!));
  const rows = (side: 0 | 1): Int32Array => Int32Array.from(there, (index) => rowOf.get(table.rows[index]![side]!)!);
  const first = Math.min(...dealt.values());
  return {
    repeated: table.rows.length - once.length,
    pairs: {
      left: rows(0),
      right: rows(1),
      same: Uint8Array.from(there, (index) => Number(kinds[index])),
      fold: Int32Array.from(there, (index) => dealt.get(index)! - first),
    },
  };
}

const words: Readonly<Record<string, boolean>> = {
  '1': true,
  true: true,
  yes: true,
  same: true,
  '0': false,
  '-1': false,
  false: false,
  no: false,
  different: false,
};

/**
 * Whether a cell says that a pair is the same; undefined where it says neither. pandas writes whole numbers as `1.0`.
 */
function sameness(word: string): boolean | undefined {
  const said = word.toLowerCase().replace(/^(-?\d+)\.0+$/, '$1');
  return Object.hasOwn(words, said) ? words[said] : undefined;
}

function knownSameness(word: string, { file, lines }: CsvTable, index: number): boolean {
  const found = sameness(word);
  if (found !== undefined) return found;
  throw new AblateError(
    'DATA_INVALID',
    `${file}:${lines[index]} says ${JSON.stringify(word)} where a pair is the same or not.`,
    { remedy: `It is said by one of ${Object.keys(words).join(', ')}.` },
  );
}

function foldNumber(text: string, { file, lines }: CsvTable, index: number): number {
  const digits = text.replace(/\.0+$/, '');
  if (/^\d+$/.test(digits)) return Number(digits);
  throw new AblateError(
    'DATA_INVALID',
    `${file}:${lines[index]} gives the fold ${JSON.stringify(text)}, which is not a whole number.`,
  );
}
