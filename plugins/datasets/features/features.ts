import { AblateError, z, type Dataset, type InspectionContext, type Split } from 'ablate-ml';
import {
  dataFile,
  digestOf,
  locateFile,
  readFeatures,
  roleSplits,
  splitOptions,
  splitRows,
  splitRule,
  type DataPlace,
} from 'ablate-ml/data';

export const options = z.strictObject({
  path: dataFile.describe(
    'file of `embedding [n, dim]` and `label [n]`: `.npz`, `.safetensors` or `.json`, or `.npy` of the embedding alone',
  ),
  labels: dataFile
    .nullable()
    .default(null)
    .describe('file of the labels, where they lie elsewhere: `.npy`, `.json` (a list) or text, one a line'),
  split: splitRule.default([0.8, 0.2]).describe('what is for training, validation and test'),
  openSet: splitOptions.openSet,
});

/** Options of a data set of features. */
export type FeaturesOptions = z.output<typeof options>;

/**
 * Reads features as images of `1 × 1` pixels with as many channels as there are columns, numbers as they are.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, DOWNLOAD_FAILED, PLUGIN_OPTIONS
 */
export async function features(options: FeaturesOptions, context: DataPlace): Promise<Dataset> {
  const { path, split, openSet } = options;
  const { file, labelFile } = await filesOf(options, context);
  const { dim, values, labels, classNames, imageNames } = await readFeatures(file, labelFile);
  const name = (row: number): string => imageNames?.[row] ?? `row ${row}`;
  const rows = await splitRows(split, { length: labels.length, name, labels, classNames }, context);
  const splits = roleSplits({
    // Pixels are bytes, and features are not: each split reads its rows itself.
    store: { shape: [1, 1, dim], source: name, pixels: () => new Uint8Array(0) },
    images: { labels, classNames },
    rows,
    openSet,
  }).map((one): Split => {
    const own = rows[one.role as keyof typeof rows];
    return {
      ...one,
      images: (indices) =>
        rowsOf(
          values,
          dim,
          indices.map((index) => own[index]!),
        ),
    };
  });
  return {
    imageShape: [1, 1, dim],
    provenance: {
      digest: digestOf(values, labels, ...Object.values(rows), classNames),
      source: typeof path === 'string' ? path : path.url,
    },
    split: (role) => splits.find((one) => one.role === role),
  };
}

/** Rows of numbers, in that order: `[rows, dim]`. */
function rowsOf(values: Float32Array, dim: number, rows: Int32Array): Float32Array {
  const found = new Float32Array(rows.length * dim);
  rows.forEach((row, place) => found.set(values.subarray(row * dim, (row + 1) * dim), place * dim));
  return found;
}

/** Looks at the files without keeping what is in them. */
export async function inspectFeatures(options: FeaturesOptions, context: InspectionContext): Promise<void> {
  await filesOf(options, context);
}

/** Finds the files. @throws AblateError PLUGIN_OPTIONS where the labels are in none of them */
async function filesOf(
  { path, labels }: FeaturesOptions,
  context: DataPlace,
): Promise<{ file: string; labelFile: string | undefined }> {
  const file = await locateFile(path, context);
  if (labels === null && file.toLowerCase().endsWith('.npy'))
    throw new AblateError('PLUGIN_OPTIONS', `${file} holds one array, so the labels must come from elsewhere.`, {
      remedy: 'Name their file by the option labels, or save both with numpy.savez(file, embedding=…, label=…).',
      given: path,
    });
  return { file, labelFile: labels === null ? undefined : await locateFile(labels, context) };
}
