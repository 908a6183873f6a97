import { AblateError } from '../base/errors/ablate-error.ts';
import type { Catalogue, ListedPlugin } from './catalogue.ts';
import { aKind } from './kinds.ts';

/**
 * Says why a listed plugin's short name does not lead to it: the name is a built-in plugin's, or another listed one's.
 * By the plugin's specifier.
 */
export function nameClashes(
  listed: readonly ListedPlugin[],
  catalogue: Pick<Catalogue, 'names'>,
): Map<string, AblateError> {
  const clashes = new Map<string, AblateError>();
  for (const { specifier, entry } of listed) {
    if (!entry) continue;
    const { kind, name } = entry.manifest;
    const others = listed
      .filter(
        (other) =>
          other.entry &&
          other.entry !== entry &&
          other.entry.manifest.kind === kind &&
          other.entry.manifest.name === name,
      )
      .map((other) => other.specifier);
    const holders = [...(catalogue.names(kind).includes(name) ? ['a plugin that comes with Ablate'] : []), ...others];
    if (holders.length === 0) continue;
    clashes.set(
      specifier,
      new AblateError(
        'PLUGIN_INVALID',
        `${entry.source} holds ${aKind(kind)} called "${name}", and so does ${holders.join(' and ')}`,
        { remedy: `In a spec name it ${specifier}, or give it another name.` },
      ),
    );
  }
  return clashes;
}
