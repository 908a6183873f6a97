import path from 'node:path';
import { AblateError, RandomStreams, z, type Dataset, type Role } from 'ablate-ml';
import {
  countsOf,
  cutRows,
  dataFile,
  datasetOf,
  digestOf,
  locateFile,
  memoryStore,
  splitAmounts,
  splitOf,
  type DataFile,
  type DataPlace,
  type RowsByRole,
  type SplitCounts,
} from 'ablate-ml/data';
import { readIdx } from './idx-file.ts';

export const options = z
  .strictObject({
    images: dataFile.describe('IDX file of images, .gz or not: a path, or `{url, sha256}`'),
    labels: dataFile.describe('IDX file of their labels'),
    testImages: dataFile.nullable().default(null).describe('IDX file of test images, in the official layout'),
    testLabels: dataFile.nullable().default(null).describe('IDX file of their labels'),
    split: splitAmounts
      .nullable()
      .default(null)
      .describe('`[train, test]` or `[train, validation, test]`, in images or shares, of the one pair of files'),
    splitSeed: z
      .number()
      .int()
      .default(0)
      .describe("seed of the permutation that deals the images out, apart from the run's seed"),
    validation: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe('training images set aside for validation, in the official layout'),
    classNames: z
      .array(z.string())
      .min(2)
      .max(256)
      .default(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
      .describe('name of each label, from 0'),
  })
  .refine(({ testImages, testLabels }) => (testImages === null) === (testLabels === null), {
    error: '`testImages` and `testLabels` go together',
  })
  .refine(({ testImages, split }) => (testImages === null) !== (split === null), {
    error: 'give either `split`, or `testImages` and `testLabels`',
  })
  .refine(({ split, validation }) => split === null || validation === 0, {
    error: '`validation` is for the official layout; in `split` it is the second of three numbers',
  });

/** Options of the data set, defaults filled in. */
export type MnistOptions = z.output<typeof options>;

/** Images and labels of one pair of files. */
interface FilePair {
  readonly file: string;
  readonly side: readonly [height: number, width: number];
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** What the files hold, and how the images of the first pair are dealt out. */
export interface MnistFiles {
  readonly first: FilePair;
  readonly second: FilePair | undefined;
  readonly counts: SplitCounts;
}

/**
 * Reads one pair of IDX files or two, and counts out what is for what.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, DOWNLOAD_FAILED, PLUGIN_OPTIONS
 */
export async function readMnist(options: MnistOptions, place: DataPlace): Promise<MnistFiles> {
  const { classNames, testImages, testLabels, split, validation } = options;
  const first = await readPair(options.images, options.labels, classNames, place);
  const second = testImages && testLabels ? await readPair(testImages, testLabels, classNames, place) : undefined;
  if (second && second.side.join() !== first.side.join()) {
    throw new AblateError(
      'DATA_INVALID',
      `${second.file} holds images of ${second.side.join(' × ')} pixels, ${first.file} of ${first.side.join(' × ')}.`,
    );
  }
  const count = first.labels.length;
  return { first, second, counts: countsOf(split ?? [count - validation, validation, 0], count, first.file) };
}

/** Deals one pair of files out, or takes two as they are. */
export function mnist({ first, second, counts }: MnistFiles, options: MnistOptions): Dataset {
  const { classNames } = options;
  const [count, further] = [first.labels.length, second?.labels.length ?? 0];
  const dealt = cutRows(
    Int32Array.from({ length: count }, (_, row) => row),
    counts,
    new RandomStreams(options.splitSeed, 'mnist/').stream('split'),
  );
  const rows: RowsByRole = second
    ? { ...dealt, test: Int32Array.from({ length: further }, (_, row) => count + row) }
    : dealt;
  const pixels = second ? Buffer.concat([first.pixels, second.pixels]) : first.pixels;
  const labels = Int32Array.from(second ? [...first.labels, ...second.labels] : first.labels);
  const store = memoryStore([...first.side, 1], pixels, (row) =>
    row < count ? `${path.basename(first.file)}, image ${row}` : `${path.basename(second!.file)}, image ${row - count}`,
  );
  return datasetOf({
    store,
    provenance: {
      digest: digestOf(pixels, labels, ...Object.values(rows), classNames),
      source: typeof options.images === 'string' ? first.file : options.images.url,
    },
    splits: (Object.entries(rows) as [Role, Int32Array][])
      .filter(([, chosen]) => chosen.length > 0)
      .map(([role, chosen]) =>
        splitOf(role, { store, rows: chosen, labels: chosen.map((row) => labels[row]!), classNames }),
      ),
  });
}

async function readPair(
  images: DataFile,
  labels: DataFile,
  classNames: readonly string[],
  place: DataPlace,
): Promise<FilePair> {
  const [file, labelFile] = [await locateFile(images, place), await locateFile(labels, place)];
  const [drawn, named] = [await readIdx(file, 3), await readIdx(labelFile, 1)];
  const [count, height, width] = drawn.shape as [number, number, number];
  if (named.shape[0] !== count)
    throw new AblateError(
      'DATA_INVALID',
      `${labelFile} holds ${named.shape[0]} labels for the ${count} images of ${file}.`,
    );
  const wrong = named.bytes.findIndex((label) => label >= classNames.length);
  if (wrong >= 0) {
    throw new AblateError(
      'DATA_INVALID',
      `${labelFile} gives image ${wrong} the label ${named.bytes[wrong]}, where ${classNames.length} classes end at ${classNames.length - 1}.`,
      {
        remedy: 'List every class in `classNames`.',
      },
    );
  }
  return { file, side: [height, width], pixels: drawn.bytes, labels: named.bytes };
}
