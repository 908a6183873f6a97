import type { InnerUse, Kind } from '../contracts/plugin.ts';
import { AblateError } from '../base/errors/ablate-error.ts';
import type { Catalogue, CatalogueEntry } from './catalogue.ts';

/**
 * Finds a plugin that stands inside another one's options, and checks and completes its options.
 *
 * @throws AblateError PLUGIN_NOT_FOUND, PLUGIN_INVALID, PLUGIN_UNTRUSTED, PLUGIN_OPTIONS
 */
export async function resolveInnerUse<K extends Kind>(
  kind: K,
  use: InnerUse,
  { catalogue, baseDirectory }: { readonly catalogue: Catalogue; readonly baseDirectory: string },
): Promise<{ plugin: string; entry: CatalogueEntry<K>; options: Record<string, unknown> }> {
  const [plugin, given] = typeof use === 'string' ? [use, {}] : Object.entries(use)[0]!;
  const entry = await catalogue.load(kind, plugin, baseDirectory);
  const parsed = entry.manifest.schema.safeParse(given ?? {});
  if (parsed.success) return { plugin, entry, options: parsed.data as Record<string, unknown> };
  const faults = parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
  throw new AblateError(
    'PLUGIN_OPTIONS',
    `The ${kind} "${plugin}", used inside another plugin, refuses its options: ${faults}.`,
    { remedy: `See: npx ablate describe ${plugin}` },
  );
}
