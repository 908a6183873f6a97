import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Kind, PluginManifest } from '../contracts/plugin.ts';
import { AblateError } from '../base/errors/ablate-error.ts';
import { shownFile } from '../base/errors/shown-file.ts';
import { frameworkVersion } from '../base/system/version.ts';
import { builtInFile, builtInNames } from './built-in-plugins.ts';
import type { Catalogue, CatalogueEntry, ListedPlugin } from './catalogue.ts';
import { checkManifest } from './check-manifest.ts';
import { faultPlace, syntaxFaultPlace } from './fault-place.ts';
import { aKind } from './kinds.ts';
import { packageOf } from './package-folder.ts';
import { isPath, pluginFile, type PluginFile } from './plugin-file.ts';
import { namedPlugins } from './named-plugins.ts';
import { isOfProject } from './is-of-project.ts';
import { projectAt, type Project } from './project.ts';
import { requirePeers } from './require-peers.ts';
import { requireTrust } from './trust.ts';

/** Whose plugins a catalogue may run. */
export interface CatalogueOptions {
  /**
   * Every plugin that a spec names, whether or not the project lists it. `ABLATE_TRUST=1` where it is left out, so that
   * processes which `--trust` starts have it too.
   */
  readonly trust?: boolean;
  /** Folder whose project lists the plugins that may run; the working folder by default. */
  readonly folder?: string;
}

/** Makes a catalogue that finds plugins on disk and imports only those that are asked for and trusted, each once. */
export async function createCatalogue({
  trust = process.env.ABLATE_TRUST === '1',
  folder = process.cwd(),
}: CatalogueOptions = {}): Promise<Catalogue> {
  const loaded = new Map<string, Promise<CatalogueEntry>>();
  // Read when it is first needed: a spec of built-in plugins alone runs beside any package.json.
  let project: { readonly found: Project | undefined } | undefined;
  const projectOf = (): Project | undefined => (project ??= { found: projectAt(folder) }).found;
  const once = (key: readonly unknown[], make: () => Promise<CatalogueEntry>): Promise<CatalogueEntry> => {
    const text = JSON.stringify(key);
    const entry = loaded.get(text) ?? make();
    loaded.set(text, entry);
    return entry;
  };
  const ofAnyKind = (name: string, from: string): Promise<CatalogueEntry> =>
    once(['any', name, from], () => loadEntry(undefined, name, from, trust, projectOf));
  let listing: Promise<ListedPlugin[]> | undefined;
  const listed = (): Promise<ListedPlugin[]> =>
    (listing ??= Promise.all(
      namedPlugins(projectOf()).map(async (specifier): Promise<ListedPlugin> => {
        try {
          return { specifier, entry: await ofAnyKind(specifier, projectOf()!.directory) };
        } catch (error) {
          if (error instanceof AblateError) return { specifier, error };
          throw error;
        }
      }),
    ));
  const load = <K extends Kind>(kind: K, name: string, from: string): Promise<CatalogueEntry<K>> =>
    once(
      [kind, name, from],
      async () => (await byShortName(kind, name, listed)) ?? loadEntry(kind, name, from, trust, projectOf),
    ) as Promise<unknown> as Promise<CatalogueEntry<K>>;
  return {
    load,
    trustsSpec: (file) => trust || isOfProject(file, folder),
    builtIn: (kind) => Promise.all(builtInNames(kind).map((name) => load<Kind>(kind, name, process.cwd()))),
    names: builtInNames,
    listed,
    ofAnyKind,
  };
}

/** The one plugin of this short name among those that the project lists; what comes with Ablate goes before. */
async function byShortName(
  kind: Kind,
  name: string,
  listed: () => Promise<readonly ListedPlugin[]>,
): Promise<CatalogueEntry | undefined> {
  if (isPath(name) || name.includes('/') || builtInFile(kind, name)) return undefined;
  const holders = (await listed()).filter(({ entry }) => entry?.manifest.kind === kind && entry.manifest.name === name);
  if (holders.length > 1) {
    const names = holders.map(({ specifier }) => specifier);
    throw new AblateError(
      'PLUGIN_INVALID',
      `"${name}" is the name of ${aKind(kind)} in ${names.length} plugins of this project: ${names.join(', ')}`,
      { remedy: `Name it by its package or path: ${names[0]}` },
    );
  }
  return holders[0]?.entry;
}

async function loadEntry(
  kind: Kind | undefined,
  name: string,
  from: string,
  everything: boolean,
  project: () => Project | undefined,
): Promise<CatalogueEntry> {
  const found = pluginFile(kind, name, from);
  const source =
    found.origin === 'built-in'
      ? `The built-in ${kind} "${name}"`
      : found.origin === 'package'
        ? `The package "${name}"`
        : `The plugin ${shownFile(found.file)}`;
  if (found.origin !== 'built-in') {
    requireTrust(name, found, { everything, project: everything ? undefined : project() });
    requirePeers(found, source);
  }
  const manifest = checkManifest(await defaultExport(found.file, source), kind, source) as PluginManifest;
  if (found.origin === 'built-in' && manifest.name !== name)
    throw new AblateError('PLUGIN_INVALID', `${source} calls itself "${manifest.name}"`, {
      remedy: 'Name and folder must be equal.',
    });
  return {
    manifest,
    origin: found.origin,
    location: path.dirname(found.file),
    file: found.file,
    version: versionOf(found),
    source,
  };
}

async function defaultExport(file: string, source: string): Promise<unknown> {
  let module: { default?: unknown };
  try {
    module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { default?: unknown };
  } catch (cause) {
    if (cause instanceof AblateError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const place = cause instanceof SyntaxError ? syntaxFaultPlace(file) : faultPlace(cause, path.dirname(file));
    throw new AblateError(
      'PLUGIN_INVALID',
      `${source} fails while it is loaded (${place ?? shownFile(file)}): ${reason}`,
      { remedy: remedyFor(reason), cause },
    );
  }
  // A transpiled CommonJS module shows its exports as the default.
  const inner = module.default as { __esModule?: boolean; default?: unknown } | undefined;
  return inner?.__esModule ? inner.default : module.default;
}

/** What to do about a plugin that does not load. `npm init` makes packages whose `.js` files are no ES modules. */
function remedyFor(reason: string): string {
  return /outside a module|Unexpected token 'export'/.test(reason)
    ? 'It is an ES module: name it .mjs, or set "type": "module" in the package.json above it.'
    : 'Mend it, or install what it needs beside it.';
}

function versionOf({ origin, file }: PluginFile): string {
  return origin === 'built-in' ? frameworkVersion : String(packageOf(file)?.manifest.version ?? '');
}
