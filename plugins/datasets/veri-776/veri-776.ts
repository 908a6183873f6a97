import { readFile } from 'node:fs/promises';
import { AblateError, z, type Role } from 'ablate-ml';
import {
  firstOf,
  labelByClass,
  labelColumn,
  publishedFile,
  publishedFolder,
  publishedImages,
  publishedOptions,
  readText,
  type DataPlace,
  type ImageDatasetParts,
  type PublishedSet,
} from 'ablate-ml/data';

export const options = z.strictObject(
  publishedOptions(z.literal('metric').default('metric').describe('the official split: training, query and gallery')),
);

/** Options of VeRi-776. */
export type Veri776Options = z.output<typeof options>;

const set: PublishedSet = {
  title: 'VeRi-776',
  publisher: 'https://github.com/VehicleReId/VeRidataset (by request to its authors)',
  folder: 'VeRi',
};

const counts = { metric: { train: [37_778, 576], probe: [1678, 200], gallery: [11_579, 200] } } as const;

/** Role, list of names, folder, labels. */
const parts: readonly (readonly [Role, string, string])[] = [
  ['train', 'name_train.txt', 'image_train'],
  ['probe', 'name_query.txt', 'image_query'],
  ['gallery', 'name_test.txt', 'image_test'],
];

/** What the label files say of a vehicle. */
interface Vehicle {
  readonly color: string;
  readonly type: string;
}

/**
 * Reads VeRi-776: names say vehicle and camera, the label files color and type. Each query is an image of the gallery
 * too, of its own camera, and so passed over as `exclude: {same: camera}` of retrieval does.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID
 */
export async function veri776(options: Veri776Options, context: DataPlace): Promise<ImageDatasetParts> {
  const folder = await publishedFolder(set, options, ['name_train.txt'], context);
  const vehicles = new Map<string, Vehicle>();
  for (const name of ['train_label.xml', 'test_label.xml']) {
    const file = await publishedFile(set, folder, name);
    for (const [image, vehicle] of await labelsIn(file)) vehicles.set(image, vehicle);
  }
  const [colors, types] = [await namesIn(folder, 'list_color.txt'), await namesIn(folder, 'list_type.txt')];
  const images: { path: string; role: Role; vehicle: string; camera: string; color: string; type: string }[] = [];
  for (const [role, list, below] of parts) {
    const file = await publishedFile(set, folder, list);
    for (const name of linesOf(await readText(file))) {
      const found = /^(\d+)_c(\d+)_/.exec(name);
      if (!found)
        throw new AblateError('DATA_INVALID', `${file} names ${name}, which says no vehicle and no camera.`, {
          remedy: `Names of ${set.title} are like 0001_c001_00016450_0.jpg; take the list of ${set.publisher}.`,
        });
      const { color, type } = vehicles.get(name) ?? { color: '', type: '' };
      images.push({
        path: `${below}/${name}`,
        role,
        vehicle: String(Number(found[1])),
        camera: String(Number(found[2])),
        color: colors.get(color) ?? color,
        type: types.get(type) ?? type,
      });
    }
  }
  const listed = {
    folder,
    list: `${folder}: ${parts.map(([, list]) => list).join(', ')}`,
    paths: images.map(({ path }) => path),
    ...labelByClass(images.length, (row) => images[row]!.vehicle),
    columns: {
      camera: labelColumn(images.map(({ camera }) => camera)),
      color: labelColumn(images.map(({ color }) => color)),
      type: labelColumn(images.map(({ type }) => type)),
    },
    roles: images.map(({ role }) => role),
    counts: counts.metric,
  };
  return publishedImages(set, listed, options, context);
}

const linesOf = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/**
 * Colors and types by image. The files say that they are gb2312, which XML readers refuse, but hold ASCII alone, and
 * nothing but items with attributes.
 */
async function labelsIn(file: string): Promise<[string, Vehicle][]> {
  const items = (await readFile(file, 'latin1')).match(/<Item\b[^>]*>/g) ?? [];
  const attribute = (item: string, name: string): string => new RegExp(`\\b${name}="([^"]*)"`).exec(item)?.[1] ?? '';
  return items.map((item) => [
    attribute(item, 'imageName'),
    { color: attribute(item, 'colorID'), type: attribute(item, 'typeID') },
  ]);
}

/** Names by number, of a list that the download may lack. */
async function namesIn(folder: string, list: string): Promise<ReadonlyMap<string, string>> {
  if (!(await firstOf(folder, [list]))) return new Map();
  const lines = linesOf(await readText(`${folder}/${list}`));
  return new Map(lines.map((line) => [/^\d+/.exec(line)?.[0] ?? '', line.replace(/^\d+\s*/, '')]));
}
