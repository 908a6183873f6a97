import { AblateError, z, type Role } from 'ablate-ml';
import {
  labelByClass,
  labelColumn,
  officialOrRule,
  officialSplit,
  publishedFile,
  publishedFolder,
  publishedImages,
  publishedOptions,
  readText,
  type DataPlace,
  type ImageDatasetParts,
  type PublishedSet,
} from 'ablate-ml/data';

export const options = z.strictObject(publishedOptions(officialSplit(['metric', 'classification'])));

/** Options of iNaturalist 2018. */
export type Inaturalist2018Options = z.output<typeof options>;

const set: PublishedSet = {
  title: 'iNaturalist 2018',
  publisher:
    'https://github.com/visipedia/inat_comp/tree/master/2018 (train_val2018.tar.gz, train2018.json, val2018.json)',
};

const counts = {
  metric: { train: [325_846, 5690], test: [136_093, 2452] },
  classification: { train: [437_513, 8142], validation: [24_426, 8142] },
} as const;
const metricLists: PublishedSet = {
  ...set,
  title: 'The metric-learning split of iNaturalist 2018',
  publisher: 'https://github.com/Andrew-Brown1/Smooth_AP (Inat_dataset_splits)',
};

/** An image with the number of its species. */
interface Found {
  readonly role: Role;
  readonly path: string;
  readonly species: string;
}

/**
 * Reads iNaturalist 2018: by the lists of Brown et al., which take species apart, or by its two JSON files.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, PLUGIN_OPTIONS
 */
export async function inaturalist2018(options: Inaturalist2018Options, context: DataPlace): Promise<ImageDatasetParts> {
  const folder = await publishedFolder(set, options, ['train_val2018'], context);
  const list = options.split === 'metric' ? 'Inat_dataset_splits' : 'train2018.json and val2018.json';
  const images =
    options.split === 'metric'
      ? [
          ...(await listedImages(folder, 'Inaturalist_train_set1.txt', 'train')),
          ...(await listedImages(folder, 'Inaturalist_test_set1.txt', 'test')),
        ]
      : [
          ...(await annotatedImages(folder, 'train2018.json', 'train')),
          ...(await annotatedImages(folder, 'val2018.json', 'validation')),
        ];
  const listed = {
    folder,
    list: `${folder}/${list}`,
    paths: images.map(({ path }) => path),
    ...labelByClass(images.length, (row) => images[row]!.species),
    // train_val2018/Aves/2761/0a7d….jpg
    columns: { superclass: labelColumn(images.map(({ path }) => path.split('/')[1]!)) },
    roles: images.map(({ role }) => role),
    ...officialOrRule(options.split, counts),
  };
  return publishedImages(set, listed, options, context);
}

/** Images of a list of paths, in which the folder above an image is the number of its species. */
async function listedImages(folder: string, name: string, role: Role): Promise<Found[]> {
  const file = await publishedFile(metricLists, folder, `Inat_dataset_splits/${name}`, name);
  const paths = (await readText(file)).split(/\r?\n/).filter((line) => line.trim() !== '');
  return paths.map((path) => ({ role, path: path.trim(), species: path.split('/').at(-2)! }));
}

const annotations = z.object({
  images: z.array(z.object({ id: z.number(), file_name: z.string() })),
  annotations: z.array(z.object({ image_id: z.number(), category_id: z.number() })),
});

/** Images of a JSON file, whose two parts the image's number joins. */
async function annotatedImages(folder: string, name: string, role: Role): Promise<Found[]> {
  const file = await publishedFile(set, folder, name);
  const parsed = annotations.safeParse(jsonOf(await readText(file), file));
  if (!parsed.success) throw damaged(file, parsed.error);
  const species = new Map(parsed.data.annotations.map((one) => [one.image_id, String(one.category_id)]));
  return parsed.data.images.flatMap(({ id, file_name: path }) => {
    const found = species.get(id);
    return found === undefined ? [] : [{ role, path, species: found }];
  });
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damaged(file, cause);
  }
}

const damaged = (file: string, cause: unknown): AblateError =>
  new AblateError('DATA_INVALID', `${file} is not the list of images that iNaturalist 2018 has under this name.`, {
    cause,
    remedy: `Fetch it again from ${set.publisher}.`,
  });
