import type { Components, Contexts, InnerUse, Kind, PluginManifest } from '../../../contracts/plugin.ts';
import { createCatalogue } from '../../../plugins/load-catalogue.ts';
import { makeComponent } from '../../../plugins/make-component.ts';
import { resolveInnerUse } from '../../../plugins/resolve-inner-use.ts';
import { entryOf } from '../rules/entry-of.ts';
import { RandomStreams } from '../../../base/random/random-streams.ts';

/** A plugin of any kind but loss with one set of options: what the rules of its kind are applied to. */
export interface Subject<K extends Kind> {
  readonly manifest: PluginManifest<K>;
  /** After the schema. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The plugin's folder, where it is known. */
  readonly location?: string | undefined;
  /** Makes the component, anew each time, with this seed. */
  make(context: Omit<Contexts[K], 'streams'>, seed?: number): Promise<Components[K]>;
}

/** Makes the subject of a manifest whose options have been parsed. */
export function subjectOf<K extends Kind>(
  manifest: PluginManifest<K>,
  options: Readonly<Record<string, unknown>>,
  location?: string,
): Subject<K> {
  return {
    manifest,
    options,
    location,
    make(context, seed = 1) {
      const whole = { ...context, streams: new RandomStreams(seed, 'check/') } as Contexts[K];
      const component = async <Inner extends Kind>(inner: Inner, use: InnerUse): Promise<Components[Inner]> => {
        const where = { catalogue: await createCatalogue(), baseDirectory: process.cwd() };
        const found = await resolveInnerUse(inner, use, where);
        return makeComponent(found.entry, found.options, { ...whole, component } as unknown as Contexts[Inner]);
      };
      const given = { ...whole, ...(('inner' in manifest || 'parts' in manifest) && { component }) } as Contexts[K];
      return makeComponent(entryOf(manifest, location), options, given);
    },
  };
}
