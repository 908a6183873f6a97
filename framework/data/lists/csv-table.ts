import fs from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { closest, distance } from 'fastest-levenshtein';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { TextReader } from './read-text.ts';

/** Some columns of a CSV file. */
export interface CsvTable {
  readonly file: string;
  /** Cells of the columns asked for, in their order, by row. */
  readonly rows: readonly (readonly string[])[];
  /** Line of a row in the file, from 1. */
  readonly lines: readonly number[];
}

/** How a file of cells is written. */
export interface CsvForm {
  /** Whether the first line names the columns. */
  readonly header: boolean;
  /** What stands between cells: one character, or `blanks` for any number of blanks and tabs; a comma unless given. */
  readonly delimiter?: string | undefined;
  /** What stands around a cell that holds a delimiter; null where nothing does; a double quote unless given. */
  readonly quote?: string | null | undefined;
  /** Lines before the first that counts. */
  readonly skipLines?: number | undefined;
  /** The column from which on rows are of any length. */
  readonly ragged?: CsvColumn | undefined;
}

/** A column by the name that the first line gives it, or by position from 0. */
export type CsvColumn = string | number;

/**
 * Reads columns of a CSV file: cells between commas, quoted or not, one row a line.
 *
 * @param form how it is written, or whether the first line names the columns
 * @param first sees the cells of the first line, where it names the columns
 * @throws AblateError DATA_INVALID naming the file, and the line or the column that is missing
 */
export async function readCsv(
  file: string,
  columns: readonly CsvColumn[],
  form: boolean | CsvForm,
  first?: (cells: readonly string[]) => void,
): Promise<CsvTable> {
  const rows: (readonly string[])[] = [];
  const lines: number[] = [];
  await eachCsvRow(
    file,
    columns,
    form,
    (cells, line) => {
      rows.push(cells);
      lines.push(line);
    },
    first,
  );
  return { file, rows, lines };
}

/**
 * Hands over columns of a CSV file row by row, so that a file of any length can be read. Rows of empty cells, as Excel
 * leaves them, are no rows.
 *
 * @param form how it is written, or whether the first line names the columns
 * @param take gets the cells of the columns in their order, the row's line, from 1, and its cells from the ragged
 * column
 *   on
 * @param first sees the cells of the first line, where it names the columns
 * @throws AblateError DATA_INVALID as `readCsv`; what `take` and `first` throw
 */
export async function eachCsvRow(
  file: string,
  columns: readonly CsvColumn[],
  form: boolean | CsvForm,
  take: (cells: readonly string[], line: number, ragged: readonly string[]) => void,
  first?: (cells: readonly string[]) => void,
): Promise<void> {
  let rows = 0;
  let named: readonly string[] | undefined;
  const { header, delimiter, quote, skipLines = 0, ragged } = typeof form === 'boolean' ? { header: form } : form;
  const looked = ragged === undefined ? columns : [...columns, ragged];
  const placed = (names?: readonly string[]) => placesOf(looked, { names, file, delimiter });
  let places: readonly number[] | undefined = header ? undefined : placed();
  const blanks = delimiter === 'blanks';
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: !blanks && delimiter !== ' ' && delimiter !== '\t',
    delimiter: blanks ? [' ', '\t'] : (delimiter ?? ','),
    ...(quote !== undefined && { quote: quote ?? false }),
    from_line: 1 + skipLines,
  });
  const reading = pipeline(
    fs.createReadStream(file),
    (bytes: AsyncIterable<Uint8Array>) => textOf(bytes, file),
    parser,
  );
  // What breaks the file off is thrown where the rows are awaited.
  reading.catch(() => undefined);
  try {
    for await (const { record: cells, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      const record = blanks ? cells.filter((cell) => cell !== '') : cells;
      if (!places) {
        places = placed(record);
        named = record;
        first?.(columns.map((_, column) => record[places![column]!] ?? ''));
        continue;
      }
      if (record.every((cell) => cell === '')) continue;
      const line = `${file}:${info.lines}`;
      const short = places.findIndex((place) => place >= record.length);
      if (short >= 0) {
        throw new AblateError(
          'DATA_INVALID',
          `${line} has ${record.length} cells, where the column ${looked[short]} is number ${places[short]! + 1}.`,
          { remedy: otherDelimiter(record, delimiter) },
        );
      }
      if (named && ragged === undefined && record.slice(named.length).some((cell) => cell !== '')) {
        throw new AblateError(
          'DATA_INVALID',
          `${line} has ${record.length} cells, and the first line names ${named.length} columns.`,
          { remedy: 'Put a cell that holds a comma into double quotes.' },
        );
      }
      rows++;
      take(
        columns.map((_, column) => record[places![column]!]!),
        info.lines,
        ragged === undefined ? [] : record.slice(places.at(-1)),
      );
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new AblateError('DATA_INVALID', `${file} is not a CSV file that can be read: ${cause.message}.`, { cause });
  }
  if (rows === 0)
    throw new AblateError('DATA_INVALID', `${file} holds no rows${header ? ' below its first line' : ''}.`);
}

async function* textOf(bytes: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string> {
  const reader = new TextReader(file);
  for await (const piece of bytes) yield reader.read(piece);
  yield reader.end();
}

/** What other programs write between cells. */
const delimiters: Readonly<Record<string, string>> = { ';': 'semicolons', '\t': 'tabs', '|': 'bars' };

/**
 * What to do about a line whose cells something else than commas separates.
 *
 * @param delimiter what was taken to separate them; undefined for a reader that takes commas alone
 */
function otherDelimiter(cells: readonly string[], delimiter: string | undefined): string | undefined {
  const found = Object.keys(delimiters).find((other) => other !== delimiter && cells.join('').includes(other));
  if (!found) return undefined;
  const seem = `Its cells seem to be separated by ${delimiters[found]}`;
  return delimiter === undefined
    ? `${seem}: save it with commas.`
    : `${seem}: write delimiter: ${JSON.stringify(found)}.`;
}

function placesOf(
  columns: readonly CsvColumn[],
  { names, file, delimiter }: { names: readonly string[] | undefined; file: string; delimiter: string | undefined },
): readonly number[] {
  return columns.map((column) => {
    if (typeof column === 'number') return column;
    if (!names) {
      throw new AblateError(
        'PLUGIN_OPTIONS',
        `The column ${column} is given by name, but \`header: false\` says that ${file} names none.`,
        { remedy: 'Give columns by position, from 0.' },
      );
    }
    const place = names.indexOf(column);
    if (place >= 0 && names.includes(column, place + 1)) {
      throw new AblateError('DATA_INVALID', `${file} names the column ${column} twice.`, {
        remedy: 'Give each column a name of its own.',
      });
    }
    if (place >= 0) return place;
    const near = closest(column, [...names]);
    const meant = distance(near, column) <= 3 ? `Did you mean ${near}?` : undefined;
    throw new AblateError(
      'DATA_INVALID',
      `${file} has no column ${column}; its first line names ${names.join(', ')}.`,
      { remedy: otherDelimiter(names, delimiter) ?? meant },
    );
  });
}
