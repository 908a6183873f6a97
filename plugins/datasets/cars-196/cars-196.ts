import { z, type Role } from 'ablate-ml';
import {
  officialOrRule,
  officialSplit,
  publishedFolder,
  publishedImages,
  publishedOptions,
  type DataPlace,
  type ImageDatasetParts,
  type PublishedSet,
} from 'ablate-ml/data';
import { annotationsIn, layoutFiles } from './annotations.ts';

export const options = z.strictObject(publishedOptions(officialSplit(['metric', 'classification'])));

/** Options of Cars196. */
export type Cars196Options = z.output<typeof options>;

const set: PublishedSet = {
  title: 'Cars196',
  publisher:
    'https://ai.stanford.edu/~jkrause/cars/car_dataset.html (car_ims.tgz and cars_annos.mat; or cars_train.tgz, cars_test.tgz, car_devkit.tgz and cars_test_annos_withlabels.mat)',
};

const counts = {
  metric: { train: [8054, 98], test: [8131, 98] },
  classification: { train: [8144, 196], test: [8041, 196] },
} as const;

/**
 * Reads Cars196 in any of its layouts: one annotation file over all images, the devkit with its two folders, or a
 * folder a class.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, PLUGIN_OPTIONS
 */
export async function cars196(options: Cars196Options, context: DataPlace): Promise<ImageDatasetParts> {
  const folder = await publishedFolder(set, options, layoutFiles, context);
  const { list, classNames, images } = await annotationsIn(folder, set);
  const roleOf = (image: (typeof images)[number]): Role =>
    (options.split === 'classification' ? image.isTest : image.class > classNames.length / 2) ? 'test' : 'train';
  const listed = {
    folder,
    list,
    paths: images.map(({ path }) => path),
    labels: Int32Array.from(images, (image) => image.class - 1),
    classNames,
    columns: { box: { kind: 'box', values: Float64Array.from(images.flatMap(({ box }) => box)) } },
    roles: images.map(roleOf),
    ...officialOrRule(options.split, counts),
  } as const;
  return publishedImages(set, listed, options, context);
}
