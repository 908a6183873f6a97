import {
  closeOnFailure,
  imagePlace,
  indexed,
  indexedImages,
  locateFile,
  reportMissing,
  splitRows,
  warnAboutData,
  type DataPlace,
  type ImageDatasetParts,
  type Role,
} from 'ablate-ml';
import { csvListing, csvRoles, type CsvListing } from './csv-listing.ts';
import { imageTemplate } from './image-template.ts';
import type { CsvOptions } from './index.ts';

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
