import type { Dataset } from '../../contracts/dataset.ts';
import type { PluginManifest } from '../../contracts/plugin.ts';
import type { Catalogue, CatalogueEntry } from '../../plugins/catalogue.ts';
import { makeComponent } from '../../plugins/make-component.ts';

/**
 * Wraps a catalogue in one that makes one data set, the first that is asked for, and gives it again each time: for runs
 * that all have the same, and do not close it.
 */
export function oneDataset(catalogue: Catalogue): Catalogue {
  let made: Promise<Dataset> | undefined;
  const shared = (entry: CatalogueEntry<'dataset'>): CatalogueEntry<'dataset'> => {
    const create: PluginManifest<'dataset'>['create'] = (options, context) =>
      (made ??= (async () => keptOpen(await makeComponent(entry, options, context)))());
    return { ...entry, manifest: { ...entry.manifest, create } };
  };
  return {
    load: async (kind, name, from) => {
      const entry = await catalogue.load(kind, name, from);
      return kind === 'dataset'
        ? (shared(entry as unknown as CatalogueEntry<'dataset'>) as unknown as typeof entry)
        : entry;
    },
    trustsSpec: (file) => catalogue.trustsSpec(file),
    builtIn: (kind) => catalogue.builtIn(kind),
    names: (kind) => catalogue.names(kind),
    listed: () => catalogue.listed(),
    ofAnyKind: (name, from) => catalogue.ofAnyKind(name, from),
  };
}

/** The data set without a way to close it; its own methods still see itself. */
function keptOpen(dataset: Dataset): Dataset {
  // Not a proxy of the data set itself: one that is frozen must give back its very functions.
  return new Proxy({} as Dataset, {
    get(_, key) {
      const value: unknown = key === 'close' ? undefined : Reflect.get(dataset, key, dataset);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(dataset) : value;
    },
    has: (_, key) => key !== 'close' && Reflect.has(dataset, key),
  });
}
