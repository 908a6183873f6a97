import { z, type Role } from 'ablate-ml';
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
} from 'ablate-ml/data';
import { csvListing, csvRoles, type CsvListing } from './csv-listing.ts';
import { imageTemplate } from './image-template.ts';

const byDefault = [0.8, 0.2];

export const options = z
  .strictObject({
    file: dataFile.describe('CSV file whose first line names its columns'),
    path: dataFile.describe('folder or zip file of the images'),
    image: z
      .string()
      .min(1)
      .default('{path}')
      .describe("an image's name below `path`: `{column}` stands for a cell, `{column:2}` for its third character"),
    label: z.string().min(1).default('label').describe('column of the class; an image without one has an empty cell'),
    role: z
      .string()
      .min(1)
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
  });

/** Options of a data set listed in a CSV file. */
export type CsvOptions = z.output<typeof options>;

/**
 * Images, classes and roles from the columns of a CSV file; a long file is read once, and its listing kept in the
 * cache.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID (a missing column, an unknown role), DOWNLOAD_FAILED, PLUGIN_OPTIONS
 */
export async function csv(options: CsvOptions, context: DataPlace): Promise<ImageDatasetParts> {
  const { image, label, role } = options;
  const file = await locateFile(options.file, context);
  return closeOnFailure(await imagePlace(options.path, context), async (place) => {
    const indexing = {
      key: { dataset: 'csv', file, place: place.path, image, label, role },
      title: file,
      cacheDirectory: context.cacheDirectory,
    };
    const listing = await indexed<CsvListing>(indexing, (seen) =>
      csvListing({ file, template: imageTemplate(image), label, role }, place, seen),
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
    return { images, labels, classNames, rows, options, source: file };
  });
}

function rowsByRole({ roles }: CsvListing): Partial<Record<Role, Int32Array>> {
  return Object.fromEntries(
    csvRoles.map((role, index) => [role, Int32Array.from(roles.keys()).filter((row) => roles[row] === index + 1)]),
  );
}
