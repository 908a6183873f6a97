import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Finds the `ablate` command's file: beside the sources of a clone, or beside `dist` in the package. */
export function commandFile(): string {
  const inClone = fileURLToPath(new URL('../../app/bin/ablate.mjs', import.meta.url));
  return existsSync(inClone)
    ? inClone
    : fileURLToPath(new URL('../../../../framework/app/bin/ablate.mjs', import.meta.url));
}
