import { redactSecrets } from '../../base/system/redact-secrets.ts';

/** Writes one JSON document and nothing else to standard output, without secrets. */
export function printJson(document: unknown): void {
  process.stdout.write(`${redactSecrets(JSON.stringify(document, null, 2))}\n`);
}
