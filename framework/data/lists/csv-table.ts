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

/** A column by the name that the first line gives it, or by position from 0. */
export type Column = string | number;

/**
 * Reads columns of a CSV file: cells between commas, quoted or not, one row a line.
 *
 * @param header whether the first line names the columns
 * @param first sees the cells of the first line, where it names the columns
 * @throws AblateError DATA_INVALID naming the file, and the line or the column that is missing
 */
export async function readCsv(
  file: string,
  columns: readonly Column[],
  header: boolean,
  first?: (cells: readonly string[]) => void,
): Promise<CsvTable> {
  const rows: (readonly string[])[] = [];
  const lines: number[] = [];
  await eachCsvRow(
    file,
    columns,
    header,
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
 * @param header whether the first line names the columns
 * @param take gets the cells of the columns in their order, and the row's line, from 1
 * @param first sees the cells of the first line, where it names the columns
 * @throws AblateError DATA_INVALID as `readCsv`; what `take` and `first` throw
 */
export async function eachCsvRow(
  file: string,
  columns: readonly Column[],
  header: boolean,
  take: (cells: readonly string[], line: number) => void,
  first?: (cells: readonly string[]) => void,
): Promise<void> {
  let rows = 0;
  let named: readonly string[] | undefined;
  let places: readonly number[] | undefined = header ? undefined : placesOf(columns, undefined, file);
  const parser = parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true });
  const reading = pipeline(
    fs.createReadStream(file),
    (bytes: AsyncIterable<Uint8Array>) => textOf(bytes, file),
    parser,
  );
  // What breaks the file off is thrown where the rows are awaited.
  reading.catch(() => undefined);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (!places) {
        places = placesOf(columns, record, file);
        named = record;
        first?.(places.map((place) => record[place] ?? ''));
        continue;
      }
      if (record.every((cell) => cell === '')) continue;
      const line = `${file}:${info.lines}`;
      const short = places.findIndex((place) => place >= record.length);
      if (short >= 0) {
        throw new AblateError(
          'DATA_INVALID',
          `${line} has ${record.length} cells, where the column ${columns[short]} is number ${places[short]! + 1}.`,
          { remedy: otherDelimiter(record) },
        );
      }
      if (named && record.slice(named.length).some((cell) => cell !== '')) {
        throw new AblateError(
          'DATA_INVALID',
          `${line} has ${record.length} cells, and the first line names ${named.length} columns.`,
          { remedy: 'Put a cell that holds a comma into double quotes.' },
        );
      }
      rows++;
      take(
        places.map((place) => record[place]!),
        info.lines,
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

/** What to do about a line whose cells something else than commas separates. */
function otherDelimiter(cells: readonly string[]): string | undefined {
  const found = Object.keys(delimiters).find((delimiter) => cells.join(',').includes(delimiter));
  return found && `Its cells seem to be separated by ${delimiters[found]}: save it with commas.`;
}

function placesOf(columns: readonly Column[], names: readonly string[] | undefined, file: string): readonly number[] {
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
      { remedy: otherDelimiter(names) ?? meant },
    );
  });
}
