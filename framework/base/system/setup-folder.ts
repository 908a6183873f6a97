import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Finds where set-up's files are: `framework/app/setup` of a clone or of the installed package. */
export function setupFolder(): string {
  const places = ['../../app/setup/', '../../../../framework/app/setup/'].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  return places.find((place) => existsSync(path.join(place, 'main.mjs'))) ?? places[0]!;
}

/** Gives the command that stages the native library again, as one types it from the current folder. */
export const setupCommand = (): string =>
  `node ${path.relative(process.cwd(), path.join(setupFolder(), 'main.mjs'))} --retry`;
