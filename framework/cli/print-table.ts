import { alignedRows } from '../run/aligned-rows.ts';

/** Writes rows as columns of equal width; the first row is the heading. */
export function printTable(rows: readonly (readonly string[])[]): void {
  process.stdout.write(alignedRows(rows).map((line) => `${line}\n`).join(''));
}
