import stringWidth from 'string-width';
import { printableInLine } from '../errors/printable.ts';

/**
 * Lays rows out as lines, columns of equal width on a terminal, two spaces apart. What a cell holds stays within it.
 *
 * @param rule draws a line below the first row, the heading
 */
export function alignedRows(cells: readonly (readonly string[])[], rule = false): string[] {
  const rows = cells.map((row) => row.map(printableInLine));
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column]!))));
  const [heading, ...others] = rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(widths[column]! - stringWidth(cell)))
      .join('  ')
      .trimEnd(),
  );
  return [heading!, ...(rule ? [widths.map((width) => '─'.repeat(width)).join('  ')] : []), ...others];
}
