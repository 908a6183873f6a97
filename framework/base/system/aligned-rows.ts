import { printableInLine } from '../errors/printable.ts';

/** Lays rows out as lines, columns of equal width, two spaces apart. What a cell holds stays within it. */
export function alignedRows(cells: readonly (readonly string[])[]): string[] {
  const rows = cells.map((row) => row.map(printableInLine));
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
