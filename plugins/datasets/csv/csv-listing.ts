import { AblateError, type Role } from 'ablate-ml';
import {
  eachCsvRow,
  findImages,
  labelByClass,
  listedColumns,
  reportProgress,
  TextTable,
  TextTableBuilder,
  type FileStamps,
  type ImagePlace,
  type ListedColumns,
} from 'ablate-ml/data';
import type { ImageTemplate } from './image-template.ts';

/** Roles that a row may name. */
export const csvRoles: readonly Role[] = ['train', 'validation', 'test', 'gallery', 'probe', 'distractors'];

/** The images of a CSV file that are there, in its order, and the names of those that are not. */
export interface CsvListing extends ListedColumns {
  /** Class of each image, −1 for none. */
  readonly labels: Int32Array;
  readonly classNames: TextTable;
  /** By image, one more than the role's place in `csvRoles`, 0 for none; empty where no column names roles. */
  readonly roles: Uint8Array;
  readonly missing: TextTable;
  /** One number: rows that say again what another row says. */
  readonly repeated: Uint32Array;
}

/** Which cells of a CSV file mean what. */
export interface CsvColumns {
  readonly file: string;
  readonly template: ImageTemplate;
  readonly label: string;
  readonly role: string | null;
}

/**
 * Reads the file, looks for its images and numbers its classes.
 *
 * @param seen notes what it reads
 * @throws AblateError DATA_INVALID with the line of a row that is wrong
 */
export async function csvListing(
  { file, template, label, role }: CsvColumns,
  place: ImagePlace,
  seen: FileStamps,
): Promise<CsvListing> {
  seen.see(file);
  const builder = new TextTableBuilder();
  const places = new Map<string, number>();
  const [classOf, roleOf, lines]: number[][] = [[], [], []];
  const read = reportProgress((rows) => `Reading ${file}: ${rows} rows`);
  await eachCsvRow(file, [label, ...template.columns, ...(role === null ? [] : [role])], true, (cells, line) => {
    builder.push(template.name(cells.slice(1)));
    const name = cells[0]!;
    if (!places.has(name)) places.set(name, places.size);
    classOf!.push(places.get(name)!);
    if (role !== null) roleOf!.push(roleNumber(cells, `${file}:${line}`));
    lines!.push(line);
    read(lines!.length);
  });
  const listed = builder.table();
  const { names, marks } = await findImages(
    place,
    listed,
    seen,
    reportProgress((done) => `Looking for the images of ${file}: ${done} of ${listed.length.toLocaleString('en')}`),
  );
  const texts = [...places.keys()];
  const first = names.firstRows();
  const said = (row: number): string =>
    [texts[classOf![row]!] || 'no class', ...(role === null ? [] : [csvRoles[roleOf![row]! - 1] ?? 'no role'])].join(
      ', ',
    );
  const odd = first.findIndex((before, row) => before !== row && said(before) !== said(row));
  if (odd >= 0) {
    const before = first[odd]!;
    throw new AblateError(
      'DATA_INVALID',
      `${file}:${lines![odd]} lists ${names.at(odd)} as ${said(odd)}, which line ${lines![before]} lists as ${said(before)}.`,
      {
        remedy: 'An image has one class and one role: leave one of the lines out.',
      },
    );
  }
  const rowsWhere = (there: boolean): Int32Array =>
    Int32Array.from(marks.keys()).filter((row) => first[row] === row && marks[row]! >= 0 === there);
  const kept = rowsWhere(true);
  const { labels, classNames } = labelByClass(kept.length, (row) => texts[classOf![kept[row]!]!]!);
  // The empty name is no class. It comes first in the order of names.
  const nameless = classNames[0] === '' ? 1 : 0;
  return {
    ...listedColumns(
      names.pick(kept),
      kept.length === marks.length ? marks : Float64Array.from(kept, (row) => marks[row]!),
    ),
    labels: labels.map((class_) => class_ - nameless),
    classNames: TextTable.of(classNames.slice(nameless)),
    roles: Uint8Array.from(role === null ? [] : kept, (row) => roleOf![row]!),
    missing: listed.pick(rowsWhere(false)),
    repeated: Uint32Array.of(first.reduce((count, before, row) => count + Number(before !== row), 0)),
  };
}

function roleNumber(cells: readonly string[], line: string): number {
  const role = cells.at(-1)!;
  if (role === '') return 0;
  const known = csvRoles.indexOf(role as Role);
  if (known < 0)
    throw new AblateError('DATA_INVALID', `${line} gives the role ${role}.`, {
      remedy: `Roles are ${csvRoles.join(', ')}, or empty for none.`,
    });
  if (role === 'train' && cells[0] === '')
    throw new AblateError('DATA_INVALID', `${line} gives an image without a class to training.`);
  return known + 1;
}
