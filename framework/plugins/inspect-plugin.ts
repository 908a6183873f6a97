import type { Inspected, InspectionContext, Kind } from '../contracts/plugin.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { asPlugin } from './current-plugin.ts';
import { pluginFailure } from './plugin-failure.ts';
import { pluginWords } from './plugin-words.ts';

/**
 * Lets a plugin look at the files that its options name, where it does: the one place that calls `inspect`.
 *
 * @returns what a data set gives of what it found
 * @throws AblateError naming the plugin
 */
export async function inspectPlugin<K extends Kind>(
  entry: CatalogueEntry<K>,
  options: Readonly<Record<string, unknown>>,
  context: InspectionContext,
): Promise<Inspected<K>> {
  try {
    return (await asPlugin(pluginWords(entry), () =>
      entry.manifest.inspect?.(options as never, context),
    )) as Inspected<K>;
  } catch (cause) {
    throw pluginFailure(cause, 'inspect', entry);
  }
}
