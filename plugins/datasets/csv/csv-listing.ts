import { AblateError, type Role } from 'ablate-ml';
import {
  eachCsvRow,
  findImages,
  labelByClass,
  listedColumns,
  reportProgress,
  TextTable,
  TextTableBuilder,
  type CsvForm,
  type FileStamps,
  type FlatTable,
  type ImagePlace,
  type ListedColumns,
} from 'ablate-ml/data';
import type { ColumnReader } from './column-reader.ts';
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
  readonly label: string | number;
  readonly role: string | number | null;
  /** Readers of the other columns, by name. */
  readonly columns: Readonly<Record<string, ColumnReader>>;
  readonly form: CsvForm;
  /**
   * The column whose cells list several images each, and what stands between them; null for cells to the line's end.
   */
  readonly list: { readonly column: string | number; readonly separator: string | null } | null;
}

/** Gives the name that a listing has for what it keeps of a column. */
export const listedName = (column: string, part: string): string => `column ${column} ${part}`;

/**
 * Reads the file, looks for its images and numbers its classes.
 *
 * @param seen notes what it reads
 * @throws AblateError DATA_INVALID with the line of a row that is wrong
 */
export async function csvListing(
  { file, template, label, role, columns, form, list }: CsvColumns,
  place: ImagePlace,
  seen: FileStamps,
): Promise<CsvListing> {
  seen.see(file);
  const builder = new TextTableBuilder();
  const places = new Map<string, number>();
  const [classOf, roleOf, lines]: number[][] = [[], [], []];
  const read = reportProgress((rows) => `Reading ${file}: ${rows} rows`);
  const readers = Object.values(columns);
  const holes = template.columns.map((column) => (form.header ? column : Number(column)));
  const asked = [label, ...holes, ...(role === null ? [] : [role]), ...readers.flatMap(({ from }) => from)];
  const listed = holes.indexOf(list?.column ?? NaN);
  const ragged = list?.separator === null ? list.column : undefined;
  await eachCsvRow(file, asked, { ...form, ragged }, (cells, line, rest) => {
    const place = `${file}:${line}`;
    const several = listed < 0 ? undefined : ragged === undefined ? cells[1 + listed]!.split(list!.separator!) : rest;
    const own = cells.slice(1, 1 + holes.length);
    for (const name of several?.filter(Boolean) ?? [undefined]) {
      builder.push(template.name(name === undefined ? own : own.with(listed, name)));
      const label_ = cells[0]!;
      if (!places.has(label_)) places.set(label_, places.size);
      classOf!.push(places.get(label_)!);
      if (role !== null) roleOf!.push(roleNumber(label_, cells[1 + holes.length]!, place));
      let at = asked.length - readers.reduce((sum, { from }) => sum + from.length, 0);
      for (const reader of readers) reader.push(cells.slice(at, (at += reader.from.length)), place);
      lines!.push(line);
    }
    read(lines!.length);
  });
  const found = builder.table();
  const { names, marks } = await findImages(
    place,
    found,
    seen,
    reportProgress((done) => `Looking for the images of ${file}: ${done} of ${found.length.toLocaleString('en')}`),
  );
  const texts = [...places.keys()];
  const first = names.firstRows();
  const said = (row: number): string =>
    [
      texts[classOf![row]!] || 'no class',
      ...(role === null ? [] : [csvRoles[roleOf![row]! - 1] ?? 'no role']),
      ...Object.entries(columns).map(([name, reader]) => `${name} ${reader.text(row)}`),
    ].join(', ');
  const odd = first.findIndex((before, row) => before !== row && said(before) !== said(row));
  if (odd >= 0) {
    const before = first[odd]!;
    throw new AblateError(
      'DATA_INVALID',
      `${file}:${lines![odd]} lists ${names.at(odd)} as ${said(odd)}, which line ${lines![before]} lists as ${said(before)}.`,
      {
        remedy: 'An image has one class, one role and one value of each column: leave one of the lines out.',
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
    missing: found.pick(rowsWhere(false)),
    ...Object.assign(
      {},
      ...Object.entries(columns).map(
        ([name, reader]): FlatTable =>
          Object.fromEntries(Object.entries(reader.at(kept)).map(([part, values]) => [listedName(name, part), values])),
      ),
    ),
    repeated: Uint32Array.of(first.reduce((count, before, row) => count + Number(before !== row), 0)),
  };
}

function roleNumber(label: string, role: string, line: string): number {
  if (role === '') return 0;
  const known = csvRoles.indexOf(role as Role);
  if (known < 0)
    throw new AblateError('DATA_INVALID', `${line} gives the role ${role}.`, {
      remedy: `Roles are ${csvRoles.join(', ')}, or empty for none.`,
    });
  if (role === 'train' && label === '')
    throw new AblateError('DATA_INVALID', `${line} gives an image without a class to training.`);
  return known + 1;
}
