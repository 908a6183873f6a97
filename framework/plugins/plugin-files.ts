import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { ownerOf, packageFolder, readManifest } from './package-folder.ts';

/**
 * Path of each file below the entry's folder (`../` above it), or a package's name → its SHA-256, or the package's
 * version.
 */
export type PluginFiles = Readonly<Record<string, string>>;

/**
 * Any text in quotes that may be the path of a file beside: what is imported, required, or read by `new URL('./x', …)`.
 */
const relativePath = /(['"`])(\.{1,2}\/[^'"`\n$]+)\1/g;
/** What is imported or required by a name. */
const packageName = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])(@?[\w~-][^'"\n:]*)\1/g;
/** Endings that may be left out, or stand for another: `./x.js` in TypeScript is `./x.ts`. */
const endings = ['', '.ts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js'];
const source = /\.[cm]?[jt]s$/;

/**
 * Lists all that a plugin is made of: the files that lead on from its entry by a path, and the versions of the packages
 * that they import. A file that is named and not loaded counts too, so that a change is rather named once too often
 * than missed.
 *
 * @param entry absolute path of the file that is loaded
 */
export function pluginFiles(entry: string): PluginFiles {
  const root = realpathSync(entry);
  const found = new Map<string, string>();
  const open = [root];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    const name = path.relative(path.dirname(root), file).split(path.sep).join('/');
    if (found.has(name)) continue;
    const bytes = readFileSync(file);
    found.set(name, createHash('sha256').update(bytes).digest('hex'));
    if (!source.test(file)) continue;
    const text = bytes.toString('utf8');
    for (const [, , specifier] of text.matchAll(relativePath)) open.push(...fileBeside(file, specifier!));
    for (const [, , specifier] of text.matchAll(packageName)) {
      const owner = ownerOf(specifier!);
      const folder =
        builtinModules.includes(owner) || owner === 'ablate-ml' ? undefined : packageFolder(owner, path.dirname(file));
      const version = folder && readManifest(folder)?.version;
      if (version !== undefined) found.set(owner, version);
    }
  }
  return Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Hashes what `pluginFiles` lists; a file that is all by itself has its own SHA-256. */
export function digestOfFiles(files: PluginFiles): string {
  const marks = Object.values(files);
  if (marks.length === 1) return marks[0]!;
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}

function fileBeside(file: string, specifier: string): string[] {
  const target = path.resolve(path.dirname(file), specifier);
  const candidates = [...endings.map((ending) => target + ending), target.replace(/\.([cm]?)js$/, '.$1ts')];
  const there = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
  return there === undefined ? [] : [realpathSync(there)];
}
