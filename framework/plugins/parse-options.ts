import type { z } from 'zod';
import type { PluginManifest } from '../contracts/plugin.ts';
import { AblateError } from '../base/errors/ablate-error.ts';

/**
 * Checks options by the plugin's schema and fills in every default.
 *
 * @throws AblateError PLUGIN_OPTIONS naming each option that is refused and why
 */
export function parseOptions(
  manifest: Pick<PluginManifest, 'kind' | 'name'> & { readonly schema: z.ZodType },
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const parsed = manifest.schema.safeParse(options);
  if (parsed.success) return parsed.data as Readonly<Record<string, unknown>>;
  const faults = parsed.error.issues
    .map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
    .join('; ');
  throw new AblateError('PLUGIN_OPTIONS', `${manifest.kind} "${manifest.name}" refuses its options: ${faults}`, {
    remedy: `See what it takes: ablate describe ${manifest.name}`,
  });
}
