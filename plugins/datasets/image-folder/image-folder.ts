import { AblateError, z } from 'ablate-ml';
import {
  classPattern,
  closeOnFailure,
  dataFile,
  imageOptions,
  labelByClass,
  openImages,
  splitOptions,
  splitRows,
  splitRule,
  withoutSharedFolders,
  type DataPlace,
  type EncodedImages,
  type ImageDatasetParts,
  type RowsByRole,
  type SplitRule,
} from 'ablate-ml/data';

export const options = z.strictObject({
  path: dataFile.describe('folder or zip file of images: a path, or a zip file as `{url, sha256}`'),
  class: z
    .string()
    .nullable()
    .default(null)
    .describe("regular expression on an image's name whose first group is its class; null for its folder"),
  split: z
    .union([z.literal('folders'), splitRule])
    .default([0.8, 0.2])
    .describe(
      '`folders` for `train/`, `validation/` (or `val/`, `valid/`, `dev/`) and `test/` below `path`, or a rule',
    ),
  openSet: splitOptions.openSet,
  ...imageOptions,
});

/** Options of a folder of images. */
export type ImageFolderOptions = z.output<typeof options>;

/**
 * Finds the images, and takes classes and roles from their names or by a rule.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, DOWNLOAD_FAILED, PLUGIN_OPTIONS
 */
export async function imageFolder(options: ImageFolderOptions, context: DataPlace): Promise<ImageDatasetParts> {
  const { path: place, split } = options;
  return closeOnFailure(await openImages(place, context), async (found) => {
    const images = withoutSharedFolders(found, Object.values(roleFolders).flat());
    const byFolder = split === 'folders' ? rowsByFolder(images) : undefined;
    const labeled = labelByClass(images.length, classNamer(options, images));
    const rows =
      byFolder ??
      (await splitRows(split as SplitRule, { ...labeled, length: images.length, name: images.name }, context));
    return { images, ...labeled, rows, options, source: typeof place === 'string' ? place : place.url };
  });
}

function classNamer({ class: pattern, split }: ImageFolderOptions, images: EncodedImages): (row: number) => string {
  const classIn = pattern === null ? undefined : classPattern(pattern);
  const nameOf = (row: number): string =>
    split === 'folders' ? images.name(row).replace(/^[^/]*\//, '') : images.name(row);
  return (row) => {
    const name = nameOf(row);
    const found = classIn ? classIn(name) : name.slice(0, Math.max(0, name.lastIndexOf('/')));
    if (found) return found;
    throw new AblateError(
      'DATA_INVALID',
      `${images.location(row)} has no class: ${classIn ? `${pattern} finds none in ${name}` : 'it lies in no folder of its own'}.`,
      {
        given: pattern ?? undefined,
        remedy: 'Put the images of each class into a folder, or say by `class` where their names hold it.',
      },
    );
  };
}

/** Folders that name a role, as people call them. */
const roleFolders = { train: ['train'], validation: ['validation', 'val', 'valid', 'dev'], test: ['test'] } as const;

function rowsByFolder(images: EncodedImages): RowsByRole {
  const folders = new Map<string, number[]>();
  for (let row = 0; row < images.length; row++) {
    const folder = images.name(row).split('/', 1)[0]!;
    if (!folders.has(folder)) folders.set(folder, []);
    folders.get(folder)!.push(row);
  }
  if (!folders.has('train')) {
    throw new AblateError('DATA_NOT_FOUND', `${images.location(0)} and the other images lie in no folder train/.`, {
      remedy: 'Give the folder above train/ and test/ as `path`, or another `split`.',
    });
  }
  const rows = { train: new Int32Array(), validation: new Int32Array(), test: new Int32Array() };
  for (const [folder, own] of folders) {
    const role = splitRoles.find((name) => (roleFolders[name] as readonly string[]).includes(folder));
    const known = `Folders beside train/ are ${splitRoles.flatMap((name) => roleFolders[name]).join(', ')}`;
    if (!role)
      throw new AblateError(
        'DATA_INVALID',
        `${images.location(own[0]!)} lies beside train/, where ${folder} names no role.`,
        { remedy: `${known}; move it elsewhere.` },
      );
    if (rows[role].length > 0)
      throw new AblateError(
        'DATA_INVALID',
        `${images.location(own[0]!)} is for ${role}, as are the images of another folder.`,
        { remedy: `${known}; one for each role.` },
      );
    rows[role] = Int32Array.from(own);
  }
  return rows;
}

const splitRoles = ['train', 'validation', 'test'] as const;
