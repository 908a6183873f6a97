import { AblateError, closeOnFailure, imageDataset, labelByClass, listedImages, locateFile, readCsv, splitRows, type CsvTable, type Dataset, type DatasetContext, type Role } from 'ablate-ml';
import { imageTemplate } from './image-template.ts';
import type { CsvOptions } from './index.ts';

const roles: readonly Role[] = ['train', 'validation', 'test', 'gallery', 'probe', 'distractors'];

/**
 * Images, classes and roles from the columns of a CSV file.
 *
 * @throws AblateError DATA_NOT_FOUND, DATA_INVALID (a missing column, an unknown role), DOWNLOAD_FAILED, PLUGIN_OPTIONS
 */
export async function csv(options: CsvOptions, context: DatasetContext): Promise<Dataset> {
  const template = imageTemplate(options.image);
  const table = await readCsv(await locateFile(options.file, context), [options.label, ...template.columns, ...(options.role === null ? [] : [options.role])], true);
  const names = table.rows.map(([, ...cells]) => template.name(cells));
  const { images, kept } = await listedImages(options.path, { names, list: table.file, missing: options.missing }, context);
  return closeOnFailure(images, async () => {
    const { labels, classNames } = labelByClass(images.length, (row) => table.rows[kept[row]!]![0]!);
    const listing = { length: images.length, name: images.name, ...withoutEmpty(labels, classNames) };
    const rows = options.role === null ? await splitRows(options.split, listing, context) : rowsByRole(table, kept);
    return imageDataset({ images, ...listing, rows, options, source: table.file }, context);
  });
}

/** The empty name is no class: its images get −1. It comes first in the order of names. */
function withoutEmpty(labels: Int32Array, classNames: readonly string[]): { labels: Int32Array; classNames: readonly string[] } {
  return classNames[0] === '' ? { labels: labels.map((label) => label - 1), classNames: classNames.slice(1) } : { labels, classNames };
}

function rowsByRole({ file, rows, lines }: CsvTable, kept: Int32Array): Partial<Record<Role, Int32Array>> {
  const found = new Map<string, number[]>(roles.map((role) => [role, []]));
  kept.forEach((index, row) => {
    const role = rows[index]!.at(-1)!;
    if (role === '') return;
    const known = found.get(role);
    if (!known) throw new AblateError('DATA_INVALID', `${file}:${lines[index]} gives the role ${role}.`, { remedy: `Roles are ${roles.join(', ')}, or empty for none.` });
    if (role === 'train' && rows[index]![0] === '') throw new AblateError('DATA_INVALID', `${file}:${lines[index]} gives an image without a class to training.`);
    known.push(row);
  });
  return Object.fromEntries([...found].map(([role, chosen]) => [role, Int32Array.from(chosen)]));
}
