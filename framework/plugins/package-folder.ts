import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What Ablate reads of a package's own manifest. */
export interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** Gives the package of an npm specifier, without the entry below it: `@scope/name/deep` → `@scope/name`. */
export function ownerOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * Finds the folder of an installed package, looked for as Node does from `from` upwards; undefined where there is none.
 */
export function packageFolder(specifier: string, from: string): string | undefined {
  const owner = ownerOf(specifier);
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', owner);
    if (existsSync(candidate)) return candidate;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/**
 * Finds the nearest folder above a file that has a package.json, with what it says; undefined where there is none that
 * can be read.
 */
export function packageOf(
  file: string,
): { readonly directory: string; readonly manifest: PackageManifest } | undefined {
  for (let directory = path.dirname(file); ; directory = path.dirname(directory)) {
    const manifest = readManifest(directory);
    if (manifest) return { directory, manifest };
    if (directory === path.dirname(directory)) return undefined;
  }
}

/** Reads a folder's package.json; undefined where there is none, or none that can be read. */
export function readManifest(directory: string): PackageManifest | undefined {
  try {
    return JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')) as PackageManifest;
  } catch {
    return undefined;
  }
}
