import { AblateError, z, type Role } from 'ablate-ml';
import {
  firstOf,
  labelByClass,
  labelColumn,
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

export const options = z.strictObject(publishedOptions(officialSplit(['metric'])));

/** Options of In-Shop Clothes Retrieval. */
export type InShopOptions = z.output<typeof options>;

const set: PublishedSet = {
  title: 'In-Shop Clothes Retrieval',
  publisher: 'https://mmlab.ie.cuhk.edu.hk/projects/DeepFashion/InShopRetrieval.html (Img/img.zip, Eval and Anno)',
  folder: 'In-shop Clothes Retrieval Benchmark',
};

const counts = { metric: { train: [25882, 3997], probe: [14218, 3985], gallery: [12612, 3985] } } as const;

const roleOf: Readonly<Record<string, Role>> = { train: 'train', query: 'probe', gallery: 'gallery' };
/** The first line counts the rows, the second names the columns, which are padded with blanks. */
const form = { header: true, delimiter: 'blanks', quote: null, skipLines: 1 } as const;
const partition = ['Eval/list_eval_partition.txt', 'Anno/list_eval_partition.txt', 'list_eval_partition.txt'];

/**
 * Reads In-Shop Clothes Retrieval, lists in `Eval/` and `Anno/` and images in `Img/`, or all side by side.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, PLUGIN_OPTIONS
 */
export async function inShop(options: InShopOptions, context: DataPlace): Promise<ImageDatasetParts> {
  const folder = await publishedFolder(set, options, partition, context);
  const list = await publishedFile(set, folder, ...partition);
  const boxes = await publishedFile(set, folder, 'Anno/list_bbox_inshop.txt', 'list_bbox_inshop.txt');
  const prefix = (await firstOf(folder, ['Img/img'])) ? 'Img/' : '';
  const { rows, lines } = await readCsv(list, ['image_name', 'item_id', 'evaluation_status'], form);
  const boxOf = new Map(
    (await readCsv(boxes, ['image_name', 'x_1', 'y_1', 'x_2', 'y_2'], form)).rows.map(([name, ...box]) => [
      name!,
      box.map(Number),
    ]),
  );
  const roles = rows.map(([, , status], row) => {
    const role = roleOf[status!];
    if (role) return role;
    throw new AblateError('DATA_INVALID', `${list}:${lines[row]} says ${status}, which is none of its roles.`, {
      remedy: `They are ${Object.keys(roleOf).join(', ')}.`,
    });
  });
  const listed = {
    folder,
    list,
    paths: rows.map(([name]) => prefix + name),
    ...labelByClass(rows.length, (row) => rows[row]![1]!),
    columns: {
      // img/WOMEN/Dresses/id_00000002/02_1_front.jpg
      superclass: labelColumn(rows.map(([name]) => name!.split('/').slice(1, 3).join('/'))),
      box: { kind: 'box', values: Float64Array.from(rows.flatMap(([name]) => boxOf.get(name!) ?? none)) },
    },
    roles,
    ...officialOrRule(options.split, counts),
  } as const;
  return publishedImages(set, listed, options, context);
}

const none = [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
