import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The command that stages the native library again, as one types it from the current folder. */
export function setupCommand(): string {
  const places = ['../setup/main.mjs', '../../../framework/setup/main.mjs'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const file = places.find((place) => existsSync(place)) ?? places[0]!;
  return `node ${path.relative(process.cwd(), file)} --retry`;
}
