import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { moduleResolve } from 'import-meta-resolve';
import type { Kind } from '../contracts/plugin.ts';
import { AblateError } from '../base/errors/ablate-error.ts';
import { didYouMean } from '../base/errors/did-you-mean.ts';
import { shownFile } from '../base/errors/shown-file.ts';
import { builtInFile, builtInNames } from './built-in-plugins.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { indexFile } from './index-file.ts';
import { aKind, kindNames, kinds } from './kinds.ts';
import { packageFolder } from './package-folder.ts';

/** Where a plugin's module lies. */
export interface PluginFile extends Pick<CatalogueEntry, 'origin'> {
  readonly file: string;
}

/** A package, or an entry below one; no address and no `node:` module. */
const packageName = /^(@[\w.~-]+\/)?[\w~-][\w.~-]*(\/[^:]+)?$/;
const conditions = new Set(['node', 'import', 'module-sync', 'default']);

/** Tells whether a plugin is named by a path, rather than by a name. */
export function isPath(name: string): boolean {
  return /^\.{1,2}([/\\]|$)/.test(name) || path.isAbsolute(name);
}

/**
 * Finds the file behind a plugin's name without loading it: a path, a built-in name, or an npm package as an ES module
 * in `from` would import it.
 *
 * @param kind undefined for a package or a path of any kind
 * @throws AblateError PLUGIN_NOT_FOUND, PLUGIN_INVALID
 */
export function pluginFile(kind: Kind | undefined, name: string, from: string): PluginFile {
  if (isPath(name)) return { origin: 'path', file: fileAt(path.resolve(from, name), kind ?? 'plugin', name) };
  const builtIn = kind && builtInFile(kind, name);
  if (builtIn) return { origin: 'built-in', file: builtIn };
  if (!packageName.test(name)) throw notFound(kind, name);
  try {
    const file = fileURLToPath(moduleResolve(name, pathToFileURL(path.join(from, 'spec.yaml')), conditions));
    return { origin: 'package', file };
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ERR_MODULE_NOT_FOUND' && !packageFolder(name, from)) throw notFound(kind, name);
    throw new AblateError(
      'PLUGIN_INVALID',
      `The package "${name}" has no entry that can be imported: ${(cause as Error).message}`,
      { remedy: 'Its package.json needs "exports" (or "main") that names an existing file.', cause },
    );
  }
}

function fileAt(target: string, kind: string, name: string): string {
  const stat = statSync(target, { throwIfNoEntry: false });
  if (stat?.isFile()) return target;
  if (!stat) {
    const beside = ['.ts', '.js', '.mjs'].find((extension) => existsSync(target + extension));
    throw new AblateError('PLUGIN_NOT_FOUND', `there is no ${kind} at ${shownFile(target)}`, {
      remedy: beside ? `Did you mean "${name}${beside}"?` : "Relative paths start at the spec file's folder.",
    });
  }
  const entry = packageEntry(target) ?? indexFile(target);
  if (entry) return entry;
  throw new AblateError('PLUGIN_INVALID', `the folder ${shownFile(target)} holds no plugin`, {
    remedy: 'It needs an index.ts, an index.js or a package.json with "exports".',
  });
}

/** The entry that a folder's package.json names, as importing the package by its own name would find it. */
function packageEntry(folder: string): string | undefined {
  const manifest = path.join(folder, 'package.json');
  if (!existsSync(manifest)) return undefined;
  try {
    const { name, exports, main } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      name?: string;
      exports?: unknown;
      main?: string;
    };
    if (exports !== undefined && name !== undefined)
      return fileURLToPath(moduleResolve(name, pathToFileURL(manifest), conditions));
    return main === undefined ? undefined : path.join(folder, main);
  } catch (cause) {
    throw new AblateError(
      'PLUGIN_INVALID',
      `${manifest} names no entry that can be imported: ${(cause as Error).message}`,
      { cause },
    );
  }
}

function notFound(kind: Kind | undefined, name: string): AblateError {
  if (!kind) {
    const near = didYouMean(name, kindNames.flatMap(builtInNames));
    return new AblateError(
      'PLUGIN_NOT_FOUND',
      `there is no plugin "${name}", neither built in nor as a package installed here`,
      { remedy: near ?? `If it is a package: npm install ${name}` },
    );
  }
  const other = kindNames.find((one) => one !== kind && builtInFile(one, name));
  const list = `Built in are those of: ablate list ${kinds[kind]}.`;
  if (other)
    return new AblateError('PLUGIN_NOT_FOUND', `"${name}" is ${aKind(other)}, not ${aKind(kind)}`, { remedy: list });
  const meant = didYouMean(name, builtInNames(kind));
  return new AblateError(
    'PLUGIN_NOT_FOUND',
    `there is no ${kind} "${name}", neither built in nor as a package installed where the spec lies`,
    {
      remedy: meant ?? `${list} If it is a package: npm install ${name}`,
    },
  );
}
