import { z, type Role } from 'ablate-ml';
import {
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

/** Options of Stanford Online Products. */
export type StanfordOnlineProductsOptions = z.output<typeof options>;

const set: PublishedSet = {
  title: 'Stanford Online Products',
  publisher: 'https://cvgl.stanford.edu/projects/lifted_struct/ (Stanford_Online_Products.zip)',
  folder: 'Stanford_Online_Products',
};

const counts = { metric: { train: [59551, 11318], test: [60502, 11316] } } as const;

const lists = { train: 'Ebay_train.txt', test: 'Ebay_test.txt' } as const;

/**
 * Reads Stanford Online Products; numbers of products go on from the training list to the test list.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, PLUGIN_OPTIONS
 */
export async function stanfordOnlineProducts(
  options: StanfordOnlineProductsOptions,
  context: DataPlace,
): Promise<ImageDatasetParts> {
  const folder = await publishedFolder(set, options, Object.values(lists), context);
  const rows: { role: Role; product: string; path: string }[] = [];
  for (const [role, name] of Object.entries(lists) as [Role, string][]) {
    const list = await publishedFile(set, folder, name);
    const columns = ['class_id', 'path'];
    for (const [product, path] of (await readCsv(list, columns, { header: true, delimiter: ' ', quote: null })).rows)
      rows.push({ role, product: product!, path: path! });
  }
  const listed = {
    folder,
    list: `${folder}/${lists.train} and ${lists.test}`,
    paths: rows.map(({ path }) => path),
    ...labelByClass(rows.length, (row) => rows[row]!.product),
    columns: { superclass: labelColumn(rows.map(({ path }) => path.split('/', 1)[0]!)) },
    roles: rows.map(({ role }) => role),
    ...officialOrRule(options.split, counts),
  };
  return publishedImages(set, listed, options, context);
}
