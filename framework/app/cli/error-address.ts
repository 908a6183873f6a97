import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ErrorCode } from '../../base/errors/codes.ts';
import { shownFile } from '../../base/errors/shown-file.ts';

/** The page of all codes, from the sources of a clone and from the built package. */
const places = ['../../../docs/reference/errors.md', '../../../../docs/reference/errors.md'];

/** Gives the address of the paragraph on a code, in the documentation that came with this Ablate. */
export function errorAddress(code: ErrorCode): string {
  const files = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return `${shownFile(files.find((file) => existsSync(file)) ?? files[0]!)}#${code.toLowerCase()}`;
}
