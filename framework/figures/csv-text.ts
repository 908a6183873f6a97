import type { FigureTable } from '../contracts/figure.ts';
import { printable } from '../base/errors/printable.ts';

/** A cell that a spreadsheet would run as a formula begins so, after blanks that it passes over; numbers are none. */
const formula = /^\s*[=+\-@]|^[\t\r]/;

function cell(value: string | number | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const plain = printable(value);
  const text = formula.test(plain) ? `'${plain}` : plain;
  // A spreadsheet may take a semicolon or a tab for the end of a cell.
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Writes a line of CSV (RFC 4180), its end included; a text that a spreadsheet would run as a formula is kept from it. */
export const csvLine = (row: readonly (string | number | null)[]): string => `${row.map(cell).join(',')}\r\n`;

/** Writes a table as CSV (RFC 4180) with its heading. */
export function csvText({ columns, rows }: FigureTable): string {
  return [columns, ...rows].map(csvLine).join('');
}
