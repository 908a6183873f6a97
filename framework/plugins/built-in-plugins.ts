import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kind } from '../contracts/plugin.ts';
import { indexFile } from './index-file.ts';
import { kinds } from './kinds.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', 'plugins');

/**
 * Lists the names of the plugins that come with Ablate, sorted: the folders of their kind that have an index. Loads
 * nothing.
 */
export function builtInNames(kind: Kind): string[] {
  const folder = path.join(root, kinds[kind]);
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && indexFile(path.join(folder, entry.name)))
    .map(({ name }) => name)
    .sort();
}

/** Finds the index file of a built-in plugin, or undefined where there is none of that name. */
export function builtInFile(kind: Kind, name: string): string | undefined {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ? indexFile(path.join(root, kinds[kind], name)) : undefined;
}
