import type { Components, Contexts, Kind } from '../contracts/plugin.ts';
import { AblateError } from '../base/errors/ablate-error.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { asPlugin } from './current-plugin.ts';
import { faultWords } from './fault-place.ts';
import { pluginWords } from './plugin-words.ts';

/**
 * Makes a plugin's component, guarded: the one door through which a plugin of any kind is made.
 *
 * @param guarded false in decoding threads, which have no TensorFlow to guard tensors with; the main thread has made
 * and guarded the component before them
 * @throws AblateError as the factory does; PLUGIN_OPTIONS naming the plugin for anything else that it throws;
 * PLUGIN_INVALID where it makes nothing of its kind
 */
export async function makeComponent<K extends Kind>(
  entry: CatalogueEntry<K>,
  options: unknown,
  context: Contexts[K],
  guarded = true,
): Promise<Components[K]> {
  const { manifest } = entry;
  const who = pluginWords(entry);
  let made: Components[K];
  try {
    made = await asPlugin(who, () => manifest.create(options as never, context));
  } catch (cause) {
    if (cause instanceof AblateError) throw cause;
    const words = entry.origin === 'built-in' ? `${manifest.kind} "${manifest.name}"` : who;
    throw new AblateError('PLUGIN_OPTIONS', `${words} could not be made: ${faultWords(cause, entry.location)}`, {
      cause,
    });
  }
  if (!guarded) return made;
  const { guardComponent } = await import('./guard-component.ts');
  return guardComponent(made, entry);
}
