import { AblateError, closeOnFailure, imageDataset, labelByClass, openImages, splitRows, withoutSharedFolders, type Dataset, type DatasetContext, type EncodedImages, type RowsByRole, type SplitRule } from 'ablate-ml';
import type { ImageFolderOptions } from './index.ts';

/**
 * Finds the images, takes classes and roles from their names or by a rule, and decodes them.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, DOWNLOAD_FAILED, PLUGIN_OPTIONS
 */
export async function imageFolder(options: ImageFolderOptions, context: DatasetContext): Promise<Dataset> {
  const { path: place, split } = options;
  return closeOnFailure(await openImages(place, context), async (found) => {
    const images = withoutSharedFolders(found, ['train', 'validation', 'test']);
    const byFolder = split === 'folders' ? rowsByFolder(images) : undefined;
    const labelled = labelByClass(images.length, classNamer(options, images));
    const rows = byFolder ?? (await splitRows(split as SplitRule, { ...labelled, length: images.length, name: images.name }, context));
    return imageDataset({ images, ...labelled, rows, options, source: typeof place === 'string' ? place : place.url }, context);
  });
}

function classNamer({ class: pattern, split }: ImageFolderOptions, images: EncodedImages): (row: number) => string {
  const expression = pattern === null ? undefined : compiled(pattern);
  const nameOf = (row: number): string => (split === 'folders' ? images.name(row).replace(/^[^/]*\//, '') : images.name(row));
  return (row) => {
    const name = nameOf(row);
    const found = expression ? expression.exec(name)?.[1] : name.slice(0, Math.max(0, name.lastIndexOf('/')));
    if (found) return found;
    throw new AblateError('DATA_INVALID', `${images.location(row)} has no class: ${expression ? `${pattern} finds none in ${name}` : 'it lies in no folder of its own'}.`, {
      remedy: 'Put the images of each class into a folder, or say by `class` where their names hold it.',
    });
  };
}

function compiled(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch (cause) {
    throw new AblateError('PLUGIN_OPTIONS', `class: ${(cause as Error).message}.`, { cause });
  }
}

function rowsByFolder(images: EncodedImages): RowsByRole {
  const rows = Int32Array.from({ length: images.length }, (_, row) => row);
  const below = (folder: string): Int32Array => rows.filter((row) => images.name(row).startsWith(`${folder}/`));
  const found = { train: below('train'), validation: below('validation'), test: below('test') };
  if (found.train.length > 0) return found;
  throw new AblateError('DATA_NOT_FOUND', `${images.location(0)} and the other images lie in no folder train/.`, { remedy: 'Give the folder above train/ and test/ as `path`, or another `split`.' });
}
