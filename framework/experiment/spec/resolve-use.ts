import type { Kind, MadeOfParts, WrapsOthers } from '../../contracts/plugin.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue, CatalogueEntry } from '../../plugins/catalogue.ts';
import { resolveInnerUse } from '../../plugins/resolve-inner-use.ts';
import { collectSecrets } from './collect-secrets.ts';
import { checkOptions } from './check-options.ts';
import type { FaultList } from './fault-list.ts';
import type { Inspections } from './inspections.ts';
import { pathText } from './spec-path.ts';
import type { PluginUse } from './spec.ts';
import { useExtras } from './spec-keys.ts';
import type { Place, SpecNode } from './spec-node.ts';
import { writtenUse, type WrittenUse } from './written-use.ts';

/** What resolving a spec needs. */
export interface Resolving {
  readonly catalogue: Catalogue;
  /** Folder of the spec file. */
  readonly from: string;
  readonly faults: FaultList;
  /** Path in the resolved spec → what was written, for values that hold a secret. Filled as uses are resolved. */
  readonly secrets: Record<string, string>;
  /** Collects the plugins that look at files. */
  readonly inspections?: Inspections | undefined;
}

/** A use with its plugin loaded and its options checked. */
export interface ResolvedUse<K extends Kind = Kind> {
  readonly use: PluginUse;
  readonly entry: CatalogueEntry<K>;
  /** Options with scheduled numbers at their start. */
  readonly atStart: Readonly<Record<string, unknown>>;
  /** Where the plugin's name stands, for faults of pairing. */
  readonly place: Place;
  readonly path: string;
  readonly written: WrittenUse;
}

/**
 * Loads the plugin of a use and checks its options. What is wrong becomes a fault.
 *
 * @param path where the spec has it
 * @param resolvedPath where the resolved spec has it, for its secrets
 */
export async function resolveUse<K extends Kind>(
  kind: K,
  node: SpecNode,
  path: readonly (string | number)[],
  resolving: Resolving,
  resolvedPath = path,
): Promise<ResolvedUse<K> | undefined> {
  const { catalogue, from, faults, secrets } = resolving;
  const written = writtenUse(node, path, useExtras[kind] ?? [], faults);
  if (!written) return undefined;
  const { plugin, place, options } = written;
  let entry: CatalogueEntry<K>;
  try {
    entry = await catalogue.load(kind, plugin, from);
  } catch (error) {
    if (!(error instanceof AblateError)) throw error;
    faults.add(place, { code: error.code, path: pathText(path), message: error.problem, remedy: error.remedy });
    return undefined;
  }
  const ownPath = [...path, plugin];
  const about = { node: options, place, path: ownPath, noun: 'option', owner: plugin, code: 'PLUGIN_OPTIONS' as const };
  const checked = checkOptions(entry.manifest.schema, about, kind === 'loss', faults);
  if (options) collectSecrets(options, [...resolvedPath, plugin], secrets);
  if (!checked) return undefined;
  const use: PluginUse = { plugin, options: checked.value };
  const used = { kind, use, entry: entry as unknown as CatalogueEntry, options: checked.atStart };
  resolving.inspections?.add({ ...used, node: options, place, path: ownPath, from });
  const resolved = { use, entry, atStart: checked.atStart, place, path: pathText(path), written };
  return (await innerFit(kind, resolved, resolving)) ? resolved : undefined;
}

/** Whether the plugins that a plugin's options name can be made too. What is wrong becomes a fault. */
async function innerFit<K extends Kind>(
  kind: K,
  { entry, atStart, place, path, use }: ResolvedUse<K>,
  { catalogue, from, faults }: Resolving,
): Promise<boolean> {
  try {
    await resolveAllInner(kind, entry as unknown as CatalogueEntry, atStart, { catalogue, baseDirectory: from });
    return true;
  } catch (error) {
    if (!(error instanceof AblateError)) throw error;
    faults.add(place, {
      code: error.code,
      path: `${path}.${use.plugin}`,
      message: error.problem,
      remedy: error.remedy,
    });
    return false;
  }
}

/** Resolves what a plugin wraps or is made of, and what that is made of. */
async function resolveAllInner(
  kind: Kind,
  entry: CatalogueEntry,
  options: unknown,
  where: { readonly catalogue: Catalogue; readonly baseDirectory: string },
): Promise<void> {
  const { inner, parts } = entry.manifest as Partial<WrapsOthers<unknown> & MadeOfParts<unknown>>;
  const wrapped = (inner?.(options) ?? []).map((one) => ({ kind, use: one }));
  for (const part of [...wrapped, ...(parts?.(options) ?? [])]) {
    const found = await resolveInnerUse(part.kind, part.use, where);
    await resolveAllInner(part.kind, found.entry as unknown as CatalogueEntry, found.options, where);
  }
}
