import { existsSync } from 'node:fs';
import path from 'node:path';

/** Finds `index.ts` (in a clone, or a plugin in TypeScript) or `index.js` of a folder, or undefined. */
export function indexFile(folder: string): string | undefined {
  return ['index.ts', 'index.js', 'index.mjs'].map((name) => path.join(folder, name)).find((file) => existsSync(file));
}
