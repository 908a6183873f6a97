import type { Kind } from '../contracts/plugin.ts';
import type { CatalogueEntry } from './catalogue.ts';

/** What an error needs to know of a plugin. */
export type NamedEntry = Pick<CatalogueEntry, 'origin' | 'source' | 'version'> & {
  readonly manifest: { readonly kind: Kind; readonly name: string };
};

/** Tells which plugin is at fault: `The loss "mine" of the package "a-package" 1.2.0`. */
export function pluginWords({ manifest, origin, source, version }: NamedEntry): string {
  const { kind, name } = manifest;
  if (origin === 'built-in') return source;
  return `The ${kind} "${name}" of ${source[0]!.toLowerCase()}${source.slice(1)}${version === '' ? '' : ` ${version}`}`;
}
