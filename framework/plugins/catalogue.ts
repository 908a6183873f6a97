import type { Kind, PluginManifest } from '../contracts/plugin.ts';
import type { AblateError } from '../base/errors/ablate-error.ts';

/** A plugin that was found and checked. */
export interface CatalogueEntry<K extends Kind = Kind> {
  readonly manifest: PluginManifest<K>;
  /** `built-in`, `package` or `path`. */
  readonly origin: 'built-in' | 'package' | 'path';
  /** Folder of the plugin's package or index file. */
  readonly location: string;
  /** Its module; empty for one that was not loaded from a file. */
  readonly file: string;
  /** Version of the package it came in; empty for a path without a package. */
  readonly version: string;
  /** What to call it in an error: `The package "x"`. */
  readonly source: string;
}

/** A plugin that the project names, or why it cannot be loaded. */
export interface ListedPlugin {
  /** As the project names it: a package or a path. */
  readonly specifier: string;
  readonly entry?: CatalogueEntry;
  readonly error?: AblateError;
}

/** The plugins in reach. */
export interface Catalogue {
  /**
   * Finds a plugin by short name (built in, or listed by the project), npm specifier or relative path and loads it
   * once.
   *
   * @param from folder that relative paths and npm specifiers are resolved from: the spec file's
   * @throws AblateError PLUGIN_NOT_FOUND (with a did-you-mean), PLUGIN_UNTRUSTED, PLUGIN_INVALID
   */
  load<K extends Kind>(kind: K, name: string, from: string): Promise<CatalogueEntry<K>>;
  /**
   * Whether what a spec file has executed may be: it is one of the project that somebody works in, or everything is
   * trusted.
   */
  trustsSpec(file: string): boolean;
  /** Every built-in plugin of a kind, by name. */
  builtIn(kind: Kind): Promise<readonly CatalogueEntry[]>;
  /** Names of the built-in plugins of a kind, sorted; loads none of them. */
  names(kind: Kind): readonly string[];
  /** What the project that someone works in names as plugins, in its order. */
  listed(): Promise<readonly ListedPlugin[]>;
  /**
   * Loads a package or a path, whatever its kind.
   *
   * @throws AblateError as `load`
   */
  ofAnyKind(name: string, from: string): Promise<CatalogueEntry>;
}
