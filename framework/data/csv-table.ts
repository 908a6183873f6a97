import fs from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { distance } from 'fastest-levenshtein';
import { AblateError } from '../errors/ablate-error.ts';

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
 * @throws AblateError DATA_INVALID naming the file, and the line or the column that is missing
 */
export async function readCsv(file: string, columns: readonly Column[], header: boolean): Promise<CsvTable> {
  const rows: (readonly string[])[] = [];
  const lines: number[] = [];
  await eachCsvRow(file, columns, header, (cells, line) => {
    rows.push(cells);
    lines.push(line);
  });
  return { file, rows, lines };
}

/**
 * Hands over columns of a CSV file row by row, so that a file of any length can be read.
 *
 * @param header whether the first line names the columns; @param take gets the cells of the columns in their order, and the row's line, from 1
 * @throws AblateError DATA_INVALID as `readCsv`; what `take` throws
 */
export async function eachCsvRow(file: string, columns: readonly Column[], header: boolean, take: (cells: readonly string[], line: number) => void): Promise<void> {
  let rows = 0;
  let places: readonly number[] | undefined = header ? undefined : placesOf(columns, undefined, file);
  const parser = fs.createReadStream(file).pipe(parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true }));
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      if (!places) {
        places = placesOf(columns, record, file);
        continue;
      }
      const short = places.findIndex((place) => place >= record.length);
      if (short >= 0) throw new AblateError('DATA_INVALID', `${file}:${info.lines} has ${record.length} cells, where the column ${columns[short]} is number ${places[short]! + 1}.`);
      rows++;
      take(places.map((place) => record[place]!), info.lines);
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new AblateError('DATA_INVALID', `${file} is not a CSV file that can be read: ${cause.message}.`, { cause });
  }
  if (rows === 0) throw new AblateError('DATA_INVALID', `${file} holds no rows${header ? ' below its first line' : ''}.`);
}

function placesOf(columns: readonly Column[], names: readonly string[] | undefined, file: string): readonly number[] {
  return columns.map((column) => {
    if (typeof column === 'number') return column;
    const place = names?.indexOf(column) ?? -1;
    if (place >= 0) return place;
    if (!names) throw new AblateError('PLUGIN_OPTIONS', `The column ${column} is given by name, but \`header: false\` says that ${file} names none.`, { remedy: 'Give columns by position, from 0.' });
    const near = [...names].sort((a, b) => distance(a, column) - distance(b, column))[0];
    throw new AblateError('DATA_INVALID', `${file} has no column ${column}; its first line names ${names.join(', ')}.`, { remedy: near && distance(near, column) <= 3 ? `Did you mean ${near}?` : undefined });
  });
}
