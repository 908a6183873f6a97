import { AblateError, z } from 'ablate-ml';
import {
  closeOnFailure,
  dataFile,
  imageOptions,
  labelByClass,
  openImages,
  renamedImages,
  severalImages,
  splitOptions,
  splitRows,
  type DataPlace,
  type EncodedImages,
  type ImageDatasetParts,
} from 'ablate-ml/data';

export const options = z.strictObject({
  path: z
    .union([dataFile, z.array(dataFile).min(1)])
    .describe('published zip file, or folder, or a list of them: paths, or `{url, sha256}`'),
  split: splitOptions.split
    .default({ by: 'group', shares: [0.6, 0.4], seed: null })
    .describe(
      "what is for training, validation and test; a group is an alphabet, a class's name is `Alphabet/character01`",
    ),
  openSet: splitOptions.openSet,
  invert: z
    .boolean()
    .default(true)
    .describe('light strokes on a dark ground, as in MNIST; false for dark on light as published'),
  ...imageOptions,
  size: imageOptions.size.default(28),
  color: imageOptions.color.default('gray'),
});

/** Options of Omniglot. */
export type OmniglotOptions = z.output<typeof options>;

/**
 * Reads one or more of Omniglot's sets as one: an alphabet that several of them hold is one alphabet, and a drawing
 * that several hold counts once, so that no split by class or alphabet can leak through it.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, DOWNLOAD_FAILED, PLUGIN_OPTIONS
 */
export async function omniglot(options: OmniglotOptions, context: DataPlace): Promise<ImageDatasetParts> {
  const places = Array.isArray(options.path) ? options.path : [options.path];
  const sets: EncodedImages[] = [];
  for (const place of places) sets.push(await openImages(place, context));
  return closeOnFailure(severalImages(sets), async (all) => {
    const misplaced = Array.from({ length: all.length }, (_, row) => row).find((row) => !drawing.test(all.name(row)));
    if (misplaced !== undefined) {
      throw new AblateError(
        'DATA_INVALID',
        `${all.location(misplaced)} is not named as Omniglot's drawings are, Alphabet/character01/0001_01.png.`,
        { remedy: 'For other folders of images there is the data set image-folder.' },
      );
    }
    const images = renamedImages(all, (name) => drawing.exec(name)![1]!);
    const labeled = labelByClass(images.length, (row) => images.name(row).replace(/\/[^/]*$/, ''));
    const rows = await splitRows(options.split, { ...labeled, length: images.length, name: images.name }, context);
    const source = places.map((place) => (typeof place === 'string' ? place : place.url)).join(', ');
    return { images, ...labeled, rows, options, source, invert: options.invert };
  });
}

const drawing = /(?:^|\/)([^/]+\/character\d+\/\d+_\d+\.png)$/;
