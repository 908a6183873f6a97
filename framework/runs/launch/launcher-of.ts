import { dirname } from 'node:path';
import type { Launcher } from '../../contracts/launcher.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { makeComponent } from '../../plugins/make-component.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import type { PluginUse } from '../../experiment/spec/spec.ts';

/** Makes the launcher of a use whose options have been checked. @throws AblateError PLUGIN_NOT_FOUND, PLUGIN_INVALID */
export async function launcherOf(
  { plugin, options }: PluginUse,
  specFile: string,
  catalogue: Catalogue,
): Promise<Launcher> {
  const entry = await catalogue.load('launcher', plugin, dirname(specFile));
  return makeComponent(entry, entry.manifest.schema.parse(options), { streams: new RandomStreams(0, 'launcher/') });
}
