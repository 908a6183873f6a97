import type { Components, Contexts, Kind, PluginManifest } from '../../../contracts/plugin.ts';
import { RandomStreams } from '../../../base/random/random-streams.ts';

/** A plugin of any kind but loss with one set of options: what the rules of its kind are applied to. */
export interface Subject<K extends Kind> {
  readonly manifest: PluginManifest<K>;
  /** After the schema. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Makes the component, anew each time, with this seed. */
  make(context: Omit<Contexts[K], 'streams'>, seed?: number): Promise<Components[K]>;
}

/** The subject of a manifest whose options have been parsed. */
export function subjectOf<K extends Kind>(
  manifest: PluginManifest<K>,
  options: Readonly<Record<string, unknown>>,
): Subject<K> {
  return {
    manifest,
    options,
    make: async (context, seed = 1) =>
      manifest.create(options as never, { ...context, streams: new RandomStreams(seed, 'check/') } as Contexts[K]),
  };
}
