import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Kind } from '../contracts/plugin.ts';
import { AblateError } from '../errors/ablate-error.ts';
import { shownFile } from '../errors/shown-file.ts';
import { frameworkVersion } from '../version.ts';
import { builtInNames } from './built-in-plugins.ts';
import type { Catalogue, CatalogueEntry } from './catalogue.ts';
import { checkManifest } from './check-manifest.ts';
import { pluginFile, type PluginFile } from './plugin-file.ts';

/** A catalogue that finds plugins on disk and imports only those that are asked for, each once. */
export async function createCatalogue(): Promise<Catalogue> {
  const loaded = new Map<string, Promise<CatalogueEntry>>();
  const load = <K extends Kind>(kind: K, name: string, from: string): Promise<CatalogueEntry<K>> => {
    const key = JSON.stringify([kind, name, from]);
    const entry = loaded.get(key) ?? loadEntry(kind, name, from);
    loaded.set(key, entry);
    return entry as Promise<unknown> as Promise<CatalogueEntry<K>>;
  };
  return {
    load,
    builtIn: (kind) => Promise.all(builtInNames(kind).map((name) => load<Kind>(kind, name, process.cwd()))),
    names: builtInNames,
  };
}

async function loadEntry(kind: Kind, name: string, from: string): Promise<CatalogueEntry> {
  const found = pluginFile(kind, name, from);
  const source = found.origin === 'built-in' ? `The built-in ${kind} "${name}"` : found.origin === 'package' ? `The package "${name}"` : `The plugin ${shownFile(found.file)}`;
  const manifest = checkManifest(await defaultExport(found.file, source), kind, source);
  if (found.origin === 'built-in' && manifest.name !== name) throw new AblateError('PLUGIN_INVALID', `${source} calls itself "${manifest.name}"`, { remedy: 'Name and folder must be equal.' });
  return { manifest, origin: found.origin, location: path.dirname(found.file), version: versionOf(found) };
}

async function defaultExport(file: string, source: string): Promise<unknown> {
  let module: { default?: unknown };
  try {
    module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { default?: unknown };
  } catch (cause) {
    if (cause instanceof AblateError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AblateError('PLUGIN_INVALID', `${source} fails while it is loaded (${shownFile(file)}): ${reason}`, { remedy: 'Mend it, or install what it needs beside it.', cause });
  }
  // A transpiled CommonJS module shows its exports as the default.
  const inner = module.default as { __esModule?: boolean; default?: unknown } | undefined;
  return inner?.__esModule ? inner.default : module.default;
}

function versionOf({ origin, file }: PluginFile): string {
  if (origin === 'built-in') return frameworkVersion;
  for (let folder = path.dirname(file); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (existsSync(manifest)) return String((JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown }).version ?? '');
  }
  return '';
}
