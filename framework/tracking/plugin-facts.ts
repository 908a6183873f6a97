import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { listUses, singleUses } from '../spec/spec-keys.ts';
import type { PluginUse, RunSpec } from '../spec/spec.ts';
import type { Kind } from '../contracts/plugin.ts';
import type { Catalogue } from '../plugins/catalogue.ts';
import { pluginFile } from '../plugins/plugin-file.ts';

/** A plugin that a run's spec names. */
export interface PluginFact {
  readonly kind: Kind;
  /** As the spec writes it. */
  readonly plugin: string;
  readonly origin: 'built-in' | 'package' | 'path';
  readonly version: string;
  /** SHA-256 of the file that is loaded, for a plugin from a path: a version says little of it. Null for others. */
  readonly sha256: string | null;
}

/** Every plugin that a spec names, each once, by kind and name. */
export function usesOf(spec: RunSpec): { readonly kind: Kind; readonly use: PluginUse }[] {
  const single = Object.entries(singleUses).flatMap(([key, kind]) => [spec[key as keyof typeof singleUses]].flatMap((use) => (use ? [{ kind, use }] : [])));
  const listed = Object.entries(listUses).flatMap(([key, kind]) => (spec[key as keyof typeof listUses] as readonly PluginUse[]).map((use) => ({ kind, use })));
  return [...single, ...listed];
}

/**
 * Where the plugins of a spec come from and which they are.
 *
 * @param from folder that paths and packages are resolved from: the spec file's
 * @throws AblateError PLUGIN_NOT_FOUND, PLUGIN_INVALID
 */
export async function pluginFacts(spec: RunSpec, catalogue: Catalogue, from: string): Promise<PluginFact[]> {
  const facts = new Map<string, PluginFact>();
  for (const { kind, use: { plugin } } of usesOf(spec)) {
    const { origin, version } = await catalogue.load(kind, plugin, from);
    const sha256 = origin === 'path' ? createHash('sha256').update(await readFile(pluginFile(kind, plugin, from).file)).digest('hex') : null;
    facts.set(`${kind} ${plugin}`, { kind, plugin, origin, version, sha256 });
  }
  return [...facts.values()];
}
