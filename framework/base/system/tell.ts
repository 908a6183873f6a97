import { redactSecrets } from './redact-secrets.ts';

/** Writes a line to the error output, without secrets. */
export function tell(line: string): void {
  process.stderr.write(`${redactSecrets(line)}\n`);
}
