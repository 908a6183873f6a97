import { alignedRows } from '../../base/system/aligned-rows.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';

/** Writes rows as columns of equal width, without secrets; the first row is the heading. */
export function printTable(rows: readonly (readonly string[])[]): void {
  process.stdout.write(
    redactSecrets(
      alignedRows(rows)
        .map((line) => `${line}\n`)
        .join(''),
    ),
  );
}
