import { AblateError, z } from 'ablate-ml';
import {
  closeOnFailure,
  dataFile,
  imageOptions,
  labelByClass,
  locateFile,
  missingOption,
  openImages,
  renamedImages,
  reportMissing,
  warnAboutData,
  type DataPlace,
  type EncodedImages,
  type ImageDatasetParts,
  type RowPairs,
} from 'ablate-ml/data';
import { readPairsFile, type ListedPair } from './pairs-file.ts';
import { peopleRoles } from './people-roles.ts';

export const options = z.strictObject({
  path: dataFile.describe(
    'folder or zip file of people, `Name/Name_0001.jpg`: a path, or a zip file as `{url, sha256}`',
  ),
  pairs: dataFile.describe("LFW's pairs.txt, or another file of its form"),
  train: z
    .union([z.literal('others'), z.number().gt(0).lt(1)])
    .default('others')
    .describe('who trains: everyone whom the pairs leave out, or a share of all people, whose pairs are then left out'),
  validation: z.number().min(0).lt(1).default(0).describe('share of the training people set aside for validation'),
  seed: z.number().int().default(0).describe("seed that chooses the people, apart from the run's seed"),
  distractors: z.boolean().default(false).describe('people of one image, none of training, are `distractors`'),
  missing: missingOption,
  ...imageOptions,
  minPerClass: imageOptions.minPerClass
    .default(2)
    .describe('images that a training person must have; people of fewer are met in evaluation alone'),
});

/** Options of Labeled Faces in the Wild. */
export type LfwPairsOptions = z.output<typeof options>;

/**
 * Reads faces by person with the official pairs. Pairs of images that are not there are counted and named, and fatal
 * unless allowed; pairs that show a training person are left out.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, DOWNLOAD_FAILED
 */
export async function lfwPairs(options: LfwPairsOptions, context: DataPlace): Promise<ImageDatasetParts> {
  const file = await locateFile(options.pairs, context);
  const listed = await readPairsFile(file);
  return closeOnFailure(await openImages(options.path, context), async (all) => {
    const images = renamedImages(all, (name) => name.split('/').slice(-2).join('/'));
    const { labels, classNames } = labelByClass(images.length, (row) => images.name(row).split('/')[0]!);
    if (images.length < all.length)
      warnAboutData(
        context,
        `${all.length - images.length} images have the name and folder of another one: each name counts once.`,
      );
    const rowOf = rowsByName(images);
    const shown = new Set(listed.flatMap(({ left, right }) => [left, right]));
    await reportMissing(
      [...shown].filter((name) => !rowOf.has(name)),
      { list: file, total: shown.size, policy: options.missing, warn: context.warn },
    );
    const there = listed.filter(({ left, right }) => rowOf.has(left) && rowOf.has(right));

    const people: number[][] = classNames.map(() => []);
    labels.forEach((person, row) => people[person]!.push(row));
    const personOf = new Map(classNames.map((name, person) => [name, person]));
    const paired = new Set([...shown].flatMap((name) => personOf.get(name.split('/')[0]!) ?? []));
    const { trained, rows } = peopleRoles({ images: people, paired }, options);
    const usable = there.filter(
      ({ left, right }) => !trained.has(labels[rowOf.get(left)!]!) && !trained.has(labels[rowOf.get(right)!]!),
    );
    if (usable.length === 0)
      throw new AblateError(
        'DATA_INVALID',
        `None of the ${listed.length} pairs of ${file} can be used: ${there.length} have both images, and all of these show a training person.`,
      );
    if (usable.length < listed.length) {
      warnAboutData(
        context,
        `${usable.length} of the ${listed.length} pairs are used: ${listed.length - there.length} lack an image, ${there.length - usable.length} show a training person.`,
      );
    }
    const source = typeof options.path === 'string' ? options.path : options.path.url;
    return {
      images,
      labels,
      classNames,
      rows,
      pairs: rowPairs(usable, rowOf),
      options: { ...options, openSet: true },
      source,
    };
  });
}

/** Rows of images by their names without the ending. @throws AblateError DATA_INVALID where two differ by it alone */
function rowsByName(images: EncodedImages): ReadonlyMap<string, number> {
  const rowOf = new Map<string, number>();
  for (let row = 0; row < images.length; row++) {
    const name = images.name(row).replace(/\.\w+$/, '');
    const before = rowOf.get(name);
    if (before !== undefined)
      throw new AblateError(
        'DATA_INVALID',
        `${images.location(before)} and ${images.location(row)} are both ${name}.`,
        { remedy: 'Leave one of them out.' },
      );
    rowOf.set(name, row);
  }
  return rowOf;
}

function rowPairs(pairs: readonly ListedPair[], rowOf: ReadonlyMap<string, number>): RowPairs {
  const rows = (side: 'left' | 'right'): Int32Array => Int32Array.from(pairs, (pair) => rowOf.get(pair[side])!);
  return {
    left: rows('left'),
    right: rows('right'),
    same: Uint8Array.from(pairs, ({ same }) => Number(same)),
    fold: Int32Array.from(pairs, ({ fold }) => fold),
  };
}
