import { listUses, singleUses } from '../../experiment/spec/spec-keys.ts';
import { trainLists } from '../../experiment/spec/train-lists.ts';
import type { PluginUse, RunSpec } from '../../experiment/spec/spec.ts';
import type { Kind } from '../../contracts/plugin.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { pluginFile } from '../../plugins/plugin-file.ts';
import { digestOfFiles, pluginFiles, type PluginFiles } from '../../plugins/plugin-files.ts';

/** A plugin that a run's spec names. */
export interface PluginFact {
  readonly kind: Kind;
  /** As the spec writes it. */
  readonly plugin: string;
  readonly origin: 'built-in' | 'package' | 'path';
  readonly version: string;
  /**
   * SHA-256 over all that it is made of, for a plugin that does not come with Ablate: a version says little of it. Null
   * for others.
   */
  readonly sha256: string | null;
  /** What `sha256` is over; absent for what comes with Ablate, and in what an older one recorded. */
  readonly files?: PluginFiles;
}

/** Lists every plugin that a spec names, each once, by kind and name. */
export function usesOf(spec: RunSpec): { readonly kind: Kind; readonly use: PluginUse }[] {
  const single = Object.entries(singleUses).flatMap(([key, kind]) =>
    [spec[key as keyof typeof singleUses]].flatMap((use) => (use ? [{ kind, use }] : [])),
  );
  const augmentations = [...(spec.augment ? trainLists(spec.augment).flat() : []), ...(spec.augment?.test ?? [])].map(
    (use) => ({
      kind: 'augmentation' as const,
      use,
    }),
  );
  const listed = Object.entries(listUses).flatMap(([key, kind]) =>
    (spec[key as keyof typeof listUses] as readonly PluginUse[]).map((use) => ({ kind, use })),
  );
  return [...single, ...augmentations, ...listed];
}

/**
 * Finds out where the plugins of a spec come from and which they are.
 *
 * @param from folder that paths and packages are resolved from: the spec file's
 * @throws AblateError PLUGIN_NOT_FOUND, PLUGIN_INVALID
 */
export async function pluginFacts(spec: RunSpec, catalogue: Catalogue, from: string): Promise<PluginFact[]> {
  const facts = new Map<string, PluginFact>();
  for (const {
    kind,
    use: { plugin },
  } of usesOf(spec)) {
    const { origin, version } = await catalogue.load(kind, plugin, from);
    const files = origin === 'built-in' ? undefined : pluginFiles(pluginFile(kind, plugin, from).file);
    facts.set(`${kind} ${plugin}`, {
      kind,
      plugin,
      origin,
      version,
      sha256: files ? digestOfFiles(files) : null,
      ...(files && { files }),
    });
  }
  return [...facts.values()];
}
