import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AblateError, z, type Role } from 'ablate-ml';
import {
  byName,
  dataFile,
  imageOptions,
  labelByClass,
  labelColumn,
  locateFile,
  locateFolder,
  splitOptions,
  splitRows,
  splitRule,
  type DataPlace,
  type ImageDatasetParts,
} from 'ablate-ml/data';
import { ParquetFile } from './parquet-file.ts';

export const options = z.strictObject({
  path: z
    .union([dataFile, z.array(dataFile).min(1)])
    .describe(
      'a Parquet file, or a list of them, or a folder of them at any depth: paths, or files as `{url, sha256}`',
    ),
  image: z
    .string()
    .min(1)
    .default('image')
    .describe('column of the images: encoded bytes, or a struct that has them as `bytes`'),
  label: z.string().min(1).default('label').describe('column of the class: a text or a number'),
  columns: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe('other columns of labels, by the name that each is to have'),
  split: z
    .union([z.literal('files'), splitRule])
    .default('files')
    .describe("`files`: the role that a file's name or folder says (`train-00000-of-00003.parquet`), or a rule"),
  openSet: splitOptions.openSet,
  ...imageOptions,
});

/** Options of images in Parquet files. */
export type ParquetOptions = z.output<typeof options>;

/** Words that name a role, as Hugging Face takes them. */
const roleWords: Readonly<Record<string, Role>> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
  eval: 'test',
  evaluation: 'test',
};

/**
 * Reads images from Parquet files. Their names are the file and the row, since bytes are read when they are asked for.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID, DOWNLOAD_FAILED, PLUGIN_OPTIONS
 */
export async function parquet(options: ParquetOptions, context: DataPlace): Promise<ImageDatasetParts> {
  const found = await filesOf(options.path, context);
  const rows: {
    file: ParquetFile;
    name: string;
    row: number;
    class: string;
    columns: string[];
    role: Role | undefined;
  }[] = [];
  const columns = Object.values(options.columns);
  for (const { file: location, name } of found) {
    const file = await ParquetFile.open(location);
    requireColumns(file, [options.image, options.label, ...columns]);
    const textOf = (column: string) => {
      const names = file.classNames(column);
      return (value: unknown): string =>
        value === null || value === undefined ? '' : (names?.[Number(value)] ?? String(value));
    };
    const [classOf, ...columnOf] = [options.label, ...columns].map(textOf);
    const role = roleOf(name);
    for (const [row, cells] of (await file.read([options.label, ...columns])).entries())
      rows.push({
        file,
        name: `${name}/${row}`,
        row,
        class: classOf!(cells[options.label]),
        columns: columns.map((column, index) => columnOf[index]!(cells[column])),
        role,
      });
  }
  const { labels, classNames } = labelByClass(rows.length, (row) => rows[row]!.class);
  const nameless = classNames[0] === '' ? 1 : 0;
  const labeled = { labels: labels.map((label) => label - nameless), classNames: classNames.slice(nameless) };
  const name = (row: number): string => rows[row]!.name;
  const location = (row: number): string => `${rows[row]!.file.path}, row ${rows[row]!.row}`;
  return {
    images: {
      length: rows.length,
      name,
      location,
      mark: (row) => String(rows[row]!.file.length),
      read: async (row) => bytesOf(await rows[row]!.file.cell(options.image, rows[row]!.row), location(row)),
    },
    ...labeled,
    columns: Object.fromEntries(
      Object.keys(options.columns).map((column, index) => [
        column,
        labelColumn(rows.map((row) => row.columns[index]!)),
      ]),
    ),
    rows:
      options.split === 'files'
        ? rowsByRole(rows.map(({ role }) => role))
        : await splitRows(options.split, { length: rows.length, name, ...labeled }, context),
    options,
    source: found.map(({ name: file }) => file).join(', '),
  };
}

/** Files with their names below what the option names. */
async function filesOf(source: ParquetOptions['path'], context: DataPlace): Promise<{ file: string; name: string }[]> {
  const files: { file: string; name: string }[] = [];
  for (const place of Array.isArray(source) ? source : [source]) {
    const folder = typeof place === 'string' ? path.resolve(context.baseDirectory, place) : undefined;
    if (folder === undefined || !(await stat(folder).catch(() => undefined))?.isDirectory()) {
      const file = await locateFile(place, context);
      files.push({ file, name: path.basename(typeof place === 'string' ? file : new URL(place.url).pathname) });
      continue;
    }
    await locateFolder(place as string, context);
    const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.parquet')).sort(byName);
    if (names.length === 0)
      throw new AblateError('DATA_NOT_FOUND', `${folder} holds no file that ends in .parquet.`, {
        given: place,
        remedy: "Give the folder data/ of a data set's repository, or its Parquet files.",
      });
    for (const name of names) files.push({ file: path.join(folder, name), name: name.replaceAll('\\', '/') });
  }
  return files;
}

function requireColumns(file: ParquetFile, wanted: readonly string[]): void {
  const lacking = wanted.find((column) => !file.columns.includes(column));
  if (lacking === undefined) return;
  throw new AblateError('DATA_INVALID', `${file.path} has no column ${lacking}.`, {
    given: lacking,
    remedy: `Its columns are ${file.columns.join(', ')}; say which by \`image\`, \`label\` and \`columns\`.`,
  });
}

/** The first role that a part of a file's name says. */
const roleOf = (name: string): Role | undefined =>
  name
    .toLowerCase()
    .split(/[^a-z]+/)
    .map((word) => roleWords[word])
    .find((role) => role !== undefined);

function rowsByRole(roles: readonly (Role | undefined)[]): ImageDatasetParts['rows'] {
  const rows = Int32Array.from(roles.keys());
  return Object.fromEntries(
    [...new Set(Object.values(roleWords))].map((role) => [role, rows.filter((row) => roles[row] === role)]),
  );
}

function bytesOf(cell: unknown, location: string): Uint8Array {
  const bytes = cell instanceof Uint8Array ? cell : (cell as { bytes?: unknown } | null)?.bytes;
  if (bytes instanceof Uint8Array) return bytes;
  throw new AblateError('DATA_INVALID', `${location} holds no encoded image.`, {
    remedy: 'A column of images has their bytes, as PNG or JPEG; paths alone are read by the data set csv.',
  });
}
