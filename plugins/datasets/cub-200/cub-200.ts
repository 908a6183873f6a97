import { AblateError, z, type Role } from 'ablate-ml';
import {
  officialOrRule,
  officialSplit,
  publishedFile,
  publishedFolder,
  publishedImages,
  publishedOptions,
  readCsv,
  type DataPlace,
  type ImageDatasetParts,
  type PublishedSet,
} from 'ablate-ml/data';

export const options = z.strictObject(publishedOptions(officialSplit(['metric', 'classification'])));

/** Options of CUB-200-2011. */
export type Cub200Options = z.output<typeof options>;

const set: PublishedSet = {
  title: 'CUB-200-2011',
  publisher: 'https://www.vision.caltech.edu/datasets/cub_200_2011/ (CUB_200_2011.tgz)',
  folder: 'CUB_200_2011',
};

const counts = {
  metric: { train: [5864, 100], test: [5924, 100] },
  classification: { train: [5994, 200], test: [5794, 200] },
} as const;

/**
 * Reads CUB-200-2011, whose files are all keyed by the image's number.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, PLUGIN_OPTIONS
 */
export async function cub200(options: Cub200Options, context: DataPlace): Promise<ImageDatasetParts> {
  const folder = await publishedFolder(set, options, ['images.txt'], context);
  const table = async (name: string): Promise<ReadonlyMap<string, readonly string[]>> => {
    const file = await publishedFile(set, folder, name);
    const cells = name === 'bounding_boxes.txt' ? [0, 1, 2, 3, 4] : [0, 1];
    const { rows } = await readCsv(file, cells, { header: false, delimiter: ' ', quote: null });
    return new Map(rows.map(([id, ...values]) => [id!, values]));
  };
  const [paths, species, classOf, boxOf, trains] = [
    await table('images.txt'),
    await table('classes.txt'),
    await table('image_class_labels.txt'),
    await table('bounding_boxes.txt'),
    await table('train_test_split.txt'),
  ];
  const ids = [...paths.keys()];
  const of = (cells: ReadonlyMap<string, readonly string[]>, name: string) => (id: string) => {
    const found = cells.get(id);
    if (found) return found;
    throw new AblateError('DATA_INVALID', `${folder}/${name} has no line for image ${id} of images.txt.`, {
      remedy: `Unpack ${set.publisher} again.`,
    });
  };
  const place = new Map([...species.keys()].map((id, index) => [id, index]));
  const labels = Int32Array.from(ids.map(of(classOf, 'image_class_labels.txt')), ([id]) => place.get(id!)!);
  const isTraining = ids.map(of(trains, 'train_test_split.txt')).map(([flag]) => flag === '1');
  const roleOf = (row: number): Role =>
    (options.split === 'classification' ? isTraining[row] : labels[row]! < species.size / 2) ? 'train' : 'test';
  const boxes = ids.map(of(boxOf, 'bounding_boxes.txt')).flatMap((cells) => {
    const [left, top, width, height] = cells.map(Number);
    return [left!, top!, left! + width!, top! + height!];
  });
  const listed = {
    folder,
    list: `${folder}/images.txt`,
    paths: [...paths.values()].map(([name]) => `images/${name}`),
    labels,
    classNames: [...species.values()].map(([name]) => name!),
    columns: { box: { kind: 'box', values: Float64Array.from(boxes) } },
    roles: ids.map((_, row) => roleOf(row)),
    ...officialOrRule(options.split, counts),
  } as const;
  return publishedImages(set, listed, options, context);
}
