import type { Kind, PluginManifest } from '../../../contracts/plugin.ts';
import type { CatalogueEntry } from '../../../plugins/catalogue.ts';

/** A folder that holds no file. */
const nowhere = '\0';

/**
 * Makes a catalogue's entry of a manifest that is checked: what it makes is guarded as in a run, and the checker says
 * of a wrong shape what a run says.
 *
 * @param location the plugin's folder, where it is known
 */
export function entryOf<K extends Kind>(manifest: PluginManifest<K>, location: string = nowhere): CatalogueEntry<K> {
  const { kind, name } = manifest;
  return { manifest, origin: 'built-in', source: `The ${kind} "${name}"`, version: '', location, file: '' };
}
