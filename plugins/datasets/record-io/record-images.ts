import { access } from 'node:fs/promises';
import path from 'node:path';
import { AblateError } from 'ablate-ml';
import { locateFile, readText, type DataFile, type DataPlace, type EncodedImages } from 'ablate-ml/data';
import { openRecords } from './record-file.ts';
import { readIndex } from './record-index.ts';
import { labelRecords, maxClasses } from './record-labels.ts';

/** Gives the path of the index that lies beside a record file. */
export const indexOf = (rec: string): string => rec.replace(/\.rec$/, '.idx');

/** Images of a record file with their classes. */
export interface RecordImages {
  readonly images: EncodedImages;
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
}

/**
 * Opens a record file by its index and labels its images.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, DOWNLOAD_FAILED
 */
export async function recordImages(
  rec: DataFile,
  { idx, classes }: { readonly idx: DataFile | null; readonly classes: number | null },
  context: DataPlace,
): Promise<RecordImages> {
  const file = await locateFile(rec, context);
  const index = await readIndex(await locateFile(idx ?? indexOf(file), context));
  const records = await openRecords(file, index);
  try {
    const limit = classes ?? (await classesByProperty(path.join(path.dirname(file), 'property')));
    if (limit !== undefined && limit > maxClasses)
      throw new AblateError('PLUGIN_OPTIONS', `classes: ${limit}, where ${maxClasses} can be read at most.`);
    const { positions, labels } = await labelRecords(records, index, limit);
    if (labels.length === 0) throw new AblateError('DATA_INVALID', `${file} holds no image.`);
    const name = path.basename(file).replace(/\.\w+$/, '');
    const key = (row: number): number => index.keys[positions[row]!]!;
    return {
      labels,
      classNames: Array.from(
        { length: limit ?? labels.reduce((most, label) => Math.max(most, label), 0) + 1 },
        (_, label) => `${label}`,
      ),
      images: {
        length: labels.length,
        name: (row) => `${name}/${key(row)}`,
        location: (row) => `${file}, record ${key(row)}`,
        mark: (row) => `${index.offsets[positions[row]!]}`,
        read: async (row) => (await records.read(positions[row]!)).image,
        close: () => records.close(),
      },
    };
  } catch (error) {
    await records.close();
    throw error;
  }
}

/** The first number of a file that reads `classes,height,width`, where there is one. */
async function classesByProperty(file: string): Promise<number | undefined> {
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;
  const text = (await readText(file)).trim();
  const classes = /^(\d+),\d+,\d+$/.exec(text)?.[1];
  if (classes === undefined)
    throw new AblateError(
      'DATA_INVALID',
      `${file} reads ${JSON.stringify(text.slice(0, 80))}, where classes, height and width stand.`,
      { remedy: 'Give `classes`, or mend the file.' },
    );
  if (Number(classes) > maxClasses)
    throw new AblateError('DATA_INVALID', `${file} speaks of ${classes} classes; ${maxClasses} can be read at most.`, {
      remedy: 'Give `classes`, or mend the file.',
    });
  return Number(classes);
}
