import type { z } from 'zod';
import type { Kind, PluginManifest } from '../contracts/plugin.ts';

/**
 * Checks the types of a plugin's manifest; a package's default export is its result.
 *
 * @example
 * export default definePlugin({ kind: 'loss', name: 'softmax', summary: '…', framework: '^0.1.0', schema, create });
 */
export function definePlugin<K extends Kind, Schema extends z.ZodType>(
  manifest: PluginManifest<K, Schema>,
): PluginManifest<K, Schema> {
  return manifest;
}
