import type { Columns } from '../../contracts/column.ts';
import type { Dataset, DatasetListing, Role, Split } from '../../contracts/dataset.ts';
import type { DatasetContext, InspectionContext } from '../../contracts/plugin.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { cropBoxes } from './box-crop.ts';
import { closeOnFailure } from '../files/close-on-failure.ts';
import { warnAboutData } from '../files/data-file.ts';
import { datasetOf } from './dataset-of.ts';
import { decodedStore } from './decoded-store.ts';
import { digestOf } from '../files/digest-of.ts';
import type { EncodedImages } from './encoded-images.ts';
import { excludedRows } from './excluded-rows.ts';
import type { ImageOptions } from './image-options.ts';
import { folderColumn } from '../splits/columns.ts';
import type { ImageStore } from '../splits/image-store.ts';
import type { LabeledImages } from '../splits/labeled-images.ts';
import { pairsOf, rowsInPairs, type RowPairs } from '../splits/pairs-of.ts';
import { roleSplits } from '../splits/role-splits.ts';
import { samePixels } from './same-pixels.ts';
import { TextTable } from '../lists/text-table.ts';
import { withoutSmallClasses } from '../splits/without-small-classes.ts';

/** What a data set of image files is made of. */
export interface ImageDatasetParts {
  readonly images: EncodedImages;
  readonly labels: LabeledImages['labels'];
  readonly classNames: LabeledImages['classNames'];
  /**
   * What else is known of each image, by row of `images`. Left out, class names with folders in them give the column
   * `superclass`.
   */
  readonly columns?: Columns | undefined;
  /** Rows of `images` for each role. */
  readonly rows: Partial<Readonly<Record<Role, Int32Array>>>;
  readonly options: ImageOptions & { readonly openSet: boolean };
  /** Path or address for the provenance. */
  readonly source: string;
  /** Light and dark change places; not, by default. */
  readonly invert?: boolean;
  /** Verification pairs, left and right as rows of `images`; they make the role `pairs`. */
  readonly pairs?: RowPairs;
  /** How many images there are that have no role, by the reason. */
  readonly leftOut?: Readonly<Record<string, number>>;
}

/**
 * Makes the data set over image files: decoded, split and numbered; broken images are left out of every role, and pairs
 * that have one with them. Its digest covers the names, checksums or sizes, and classes of the images, their roles, and
 * the way they are decoded and changed. Closes `images` where it fails.
 *
 * @throws AblateError DATA_INVALID (also where two images have one name), DATA_NOT_FOUND
 */
export async function imageDataset(parts: ImageDatasetParts, context: DatasetContext): Promise<Dataset> {
  const { streams, decoded, augment } = context;
  const { images, labels, classNames, columns, options, pairs, invert = false } = parts;
  const folders = folderColumn(parts);
  const known = columns ?? (folders && { superclass: folders });
  const [rows, boxes] = await closeOnFailure(
    images,
    async () => [await rowsOf(parts, context), cropBoxes(options.crop, known)] as const,
  );
  warnAboutLikeClasses(classNames, context);
  const { store, broken, kept } = await decodedStore({ images, options, boxes, streams, invert, decoded, augment });
  try {
    const unbroken =
      broken.size === 0
        ? rows
        : Object.fromEntries(
            Object.entries(rows).map(([role, chosen]) => [role, chosen.filter((row) => !broken.has(row))]),
          );
    const whole: Partial<Record<Role, Int32Array>> = withoutSmallClasses(unbroken, labels, options.minPerClass);
    const splits = roleSplits({
      store,
      images: { labels, classNames },
      columns: known,
      rows: whole,
      openSet: options.openSet,
    });
    if (kept) warnAboutSamePixels(kept, { images, labels, rows: whole }, context);
    const { crop, size, fit, color } = options;
    // What images of evaluation go through decides what they are; what those of training do, stands in the spec.
    const test = augment?.test.steps.map((step) => ({ [step.name]: step.options })) ?? [];
    return datasetOf({
      store,
      splits,
      pairs: pairs && pairsOf(pairs, splits.find(({ role }) => role === 'pairs') as Split, whole.pairs!),
      provenance: {
        digest: digestOf(
          images.identity ?? marksOf(images),
          labels,
          classNames,
          ...Object.entries(whole).flat(),
          ...Object.values(pairs ?? {}),
          ...columnsMarks(columns),
          { ...(crop !== null && { crop }), size, fit, color, invert, ...(test.length > 0 && { test }) },
        ),
        source: parts.source,
      },
    });
  } catch (error) {
    await store.close?.();
    throw error;
  }
}

/**
 * Looks at what a data set of image files would be made of, as `imageDataset` would, and closes it: no image is read
 * but for one who examines them.
 *
 * @throws AblateError DATA_INVALID
 */
export async function inspectImages(
  { images, ...parts }: ImageDatasetParts,
  { examine, baseDirectory }: Pick<InspectionContext, 'examine' | 'baseDirectory'>,
): Promise<DatasetListing> {
  try {
    const { labels, classNames, columns, options, leftOut } = parts;
    cropBoxes(options.crop, columns);
    const rows = await rowsOf({ images, ...parts }, { baseDirectory });
    // Images that turn out to be broken may take the last of a class along.
    const whole = options.broken === 'skip' ? rows : withoutSmallClasses(rows, labels, options.minPerClass);
    const small = countOf(rows) - countOf(whole);
    const store: ImageStore = { shape: [0, 0, 0], source: images.name, pixels: () => new Uint8Array() };
    const folders = folderColumn({ labels, classNames });
    const splits = roleSplits({
      store,
      images: { labels, classNames },
      columns: columns ?? (folders && { superclass: folders }),
      rows: whole,
      openSet: options.openSet && options.broken !== 'skip',
    });
    if (examine) await readEach(images, whole, examine);
    return {
      splits,
      leftOut: { ...leftOut, ...(small > 0 && { [`of a class of less than ${options.minPerClass}`]: small }) },
    };
  } finally {
    await images.close?.();
  }
}

/** Images read at a time. */
const readAtOnce = 16;

/** Reads each image that has a role, once. */
async function readEach(
  images: EncodedImages,
  rows: ImageDatasetParts['rows'],
  examine: NonNullable<InspectionContext['examine']>,
): Promise<void> {
  const used = [...new Set(Object.values(rows).flatMap((own) => [...own]))].sort((one, other) => one - other);
  for (let begin = 0; begin < used.length; begin += readAtOnce)
    await Promise.all(
      used
        .slice(begin, begin + readAtOnce)
        .map(async (row) => examine(images.name(row), await images.read(row).catch((error: Error) => error))),
    );
}

const countOf = (rows: ImageDatasetParts['rows']): number =>
  Object.values(rows).reduce((sum, { length }) => sum + length, 0);

/** Rows by role, those of the pairs among them, without those that are excluded. */
async function rowsOf(
  { images, rows, pairs, options }: ImageDatasetParts,
  { baseDirectory }: Pick<DatasetContext, 'baseDirectory'>,
): Promise<ImageDatasetParts['rows']> {
  // A kept listing was made of names that differ.
  if (images.identity === undefined) requireDifferentNames(images);
  const all = pairs ? { ...rows, pairs: rowsInPairs(pairs) } : rows;
  if (options.exclude === null) return all;
  const excluded = await excludedRows(options.exclude, images, baseDirectory);
  return Object.fromEntries(
    Object.entries(all).map(([role, chosen]) => [role, chosen.filter((row) => !excluded.has(row))]),
  );
}

/**
 * Refuses a name that stands twice: split lists could not tell the images apart, and one of them might be for training
 * and for test.
 */
function requireDifferentNames(images: EncodedImages): void {
  const first = TextTable.of(
    (function* () {
      for (let row = 0; row < images.length; row++) yield images.name(row);
    })(),
  ).firstRows();
  const twice = first.findIndex((before, row) => before !== row);
  if (twice < 0) return;
  throw new AblateError(
    'DATA_INVALID',
    `${images.location(first[twice]!)} and ${images.location(twice)} are one image by name: ${images.name(twice)}.`,
    { remedy: 'Leave one of them out, or give it another name.' },
  );
}

/**
 * Says which classes are one to whoever reads their names: parted by a blank, or by letters that two systems write in
 * two ways.
 */
function warnAboutLikeClasses(classNames: readonly string[], context: DatasetContext): void {
  const seen = new Map<string, string>();
  for (const name of classNames) {
    const plain = name.normalize('NFC').replace(/\s+/g, ' ').trim();
    const before = seen.get(plain);
    if (before !== undefined) {
      const both = `${JSON.stringify(before)} and ${JSON.stringify(name)}`;
      warnAboutData(
        context,
        `The classes ${both} differ in blanks or in the Unicode form of their letters alone, and count as two.`,
      );
      return;
    }
    seen.set(plain, name);
  }
}

/**
 * Says how many images are in training and evaluated on under another name, or of two classes. It refuses nothing:
 * many public data sets hold some.
 */
function warnAboutSamePixels(
  pixels: Uint8Array,
  { images, labels, rows }: Pick<ImageDatasetParts, 'images' | 'labels' | 'rows'>,
  context: DatasetContext,
): void {
  const { leaked, ambiguous } = samePixels(pixels, pixels.length / images.length, labels, rows);
  const count = (found: readonly unknown[]): string =>
    found.length === 1 ? 'One image is' : `${found.length} images are`;
  const first = ([pair]: readonly (readonly [number, number])[]): string =>
    `the first: ${images.location(pair![0])} and ${images.location(pair![1])}`;
  if (leaked.length > 0)
    warnAboutData(
      context,
      `${count(leaked)} evaluated on and in training too, under another name (${first(leaked)}): what is found there is memory.`,
    );
  if (ambiguous.length > 0)
    warnAboutData(context, `${count(ambiguous)} of two classes, under two names (${first(ambiguous)}).`);
}

/** What columns add to the digest: nothing where there are none. */
const columnsMarks = (columns: Columns = {}): unknown[] =>
  Object.entries(columns).flatMap(([name, column]) => [
    name,
    column.values,
    ...('names' in column ? [column.names] : []),
    ...('ends' in column ? [column.ends] : []),
  ]);

function* marksOf(images: EncodedImages): Generator<string> {
  for (let row = 0; row < images.length; row++) yield `${images.name(row)} ${images.mark(row)}`;
}
