import { z, type ColumnNeeds, type Columns, type Role } from 'ablate-ml';
import {
  closeOnFailure,
  dataFile,
  imageOptions,
  imagePlace,
  indexed,
  indexedImages,
  locateFile,
  missingOption,
  reportMissing,
  splitOptions,
  splitRows,
  splitRule,
  warnAboutData,
  type DataPlace,
  type ImageDatasetParts,
  type FlatTable,
} from 'ablate-ml/data';
import { columnForm, columnName, columnReader, listedColumn } from './column-reader.ts';
import { csvListing, csvRoles, listedName, type CsvListing } from './csv-listing.ts';
import { imageTemplate } from './image-template.ts';

const byDefault = [0.8, 0.2];

export const options = z
  .strictObject({
    file: dataFile.describe('CSV file: one row a line, cells between delimiters'),
    path: dataFile.describe('folder or zip file of the images'),
    image: z
      .string()
      .min(1)
      .default('{path}')
      .describe("an image's name below `path`: `{column}` stands for a cell, `{column:2}` for its third character"),
    label: columnName.default('label').describe('column of the class; an image without one has an empty cell'),
    columns: z
      .record(z.string().min(1), columnForm)
      .default({})
      .describe(
        'what else is read of each image, by the name it is to have: a kind (`label`, `labels`, `number`, `box`, `vector`), or `{kind, from, …}`',
      ),
    list: z
      .strictObject({ column: columnName, separator: z.string().min(1).nullable().default(' ') })
      .nullable()
      .default(null)
      .describe(
        'column whose cell lists several images of one row, and what stands between them; separator null where they fill the cells to the end of the line',
      ),
    header: z
      .boolean()
      .default(true)
      .describe('whether the first line names the columns; else they go by position, from 0'),
    delimiter: z
      .union([z.literal('blanks'), z.string().length(1)])
      .default(',')
      .describe('what stands between cells: a character, or `blanks` for any number of blanks and tabs'),
    quote: z
      .string()
      .length(1)
      .nullable()
      .default('"')
      .describe('what stands around a cell that holds the delimiter; null for nothing'),
    skipLines: z.number().int().min(0).default(0).describe('lines before the first that counts'),
    role: columnName
      .nullable()
      .default(null)
      .describe(
        'column of the role (`train`, `validation`, `test`, `gallery`, `probe`, `distractors`; empty for none); null to split by `split`',
      ),
    split: splitRule.default([0.8, 0.2]).describe('what is for training, validation and test, where `role` is null'),
    openSet: splitOptions.openSet,
    missing: missingOption,
    ...imageOptions,
  })
  .refine(({ role, split }) => role === null || JSON.stringify(split) === JSON.stringify(byDefault), {
    path: ['split'],
    error:
      'the column `role` says what is for training, validation and test, and this split would be ignored; leave one of them out',
  })
  .refine(({ image, list }) => list === null || image.includes(`{${list.column}`), {
    path: ['list'],
    error: 'names of images are made by `image`, which has no hole for this column; write it there',
  });

/** Options of a data set listed in a CSV file. */
export type CsvOptions = z.output<typeof options>;

/**
 * Reads images, classes and roles from the columns of a CSV file; a long file is read once, and its listing kept in the
 * cache.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID (a missing column, an unknown role), DOWNLOAD_FAILED, PLUGIN_OPTIONS
 */
export async function csv(options: CsvOptions, context: DataPlace): Promise<ImageDatasetParts> {
  const { image, label, role, columns, list, header, delimiter, quote, skipLines } = options;
  const form = { header, delimiter, quote, skipLines };
  const file = await locateFile(options.file, context);
  return closeOnFailure(await imagePlace(options.path, context), async (place) => {
    const indexing = {
      key: { dataset: 'csv', file, place: place.path, image, label, role, columns, list, ...form },
      title: file,
      cacheDirectory: context.cacheDirectory,
    };
    const listing = await indexed<CsvListing>(indexing, (seen) =>
      csvListing(
        { file, template: imageTemplate(image), label, role, columns: readersOf(options), list, form },
        place,
        seen,
      ),
    );
    const { names, labels, missing, repeated } = listing.table;
    if (repeated[0]! > 0)
      warnAboutData(context, `${repeated[0]} rows of ${file} say again what a row above says: each image counts once.`);
    await reportMissing([...missing], {
      list: file,
      total: names.length + missing.length,
      policy: options.missing,
      place,
      warn: context.warn,
    });
    const images = indexedImages(listing, place);
    const classNames = [...listing.table.classNames];
    const rows =
      role === null
        ? await splitRows(options.split, { length: names.length, name: images.name, labels, classNames }, context)
        : rowsByRole(listing.table);
    return { images, labels, classNames, columns: columnsOf(options, listing.table), rows, options, source: file };
  });
}

const readersOf = ({ columns }: Pick<CsvOptions, 'columns'>) =>
  Object.fromEntries(Object.entries(columns).map(([name, form]) => [name, columnReader(name, form)]));

/** Lists the kinds of the columns that the options name. */
export const columnKinds = (options: Pick<CsvOptions, 'columns'>): ColumnNeeds =>
  Object.fromEntries(Object.entries(readersOf(options)).map(([name, { kind }]) => [name, kind]));

function columnsOf(options: CsvOptions, listing: CsvListing): Columns {
  const kinds = Object.entries(columnKinds(options));
  const kept = (name: string): FlatTable =>
    Object.fromEntries(
      ['values', 'names', 'ends'].flatMap((part) => {
        const values = listing[listedName(name, part)];
        return values ? [[part, values]] : [];
      }),
    );
  return Object.fromEntries(kinds.map(([name, kind]) => [name, listedColumn(kind, kept(name), listing.names.length)]));
}

function rowsByRole({ roles }: CsvListing): Partial<Record<Role, Int32Array>> {
  return Object.fromEntries(
    csvRoles.map((role, index) => [role, Int32Array.from(roles.keys()).filter((row) => roles[row] === index + 1)]),
  );
}
