import type { InspectionContext, Kind } from '../../contracts/plugin.ts';
import { NotFetched } from '../../data/files/download.ts';
import { noTrainingImages } from '../../data/images/no-training-images.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { CatalogueEntry } from '../../plugins/catalogue.ts';
import { inspectPlugin } from '../../plugins/inspect-plugin.ts';
import type { Fault } from './fault.ts';
import { FaultList } from './fault-list.ts';
import { pathText } from './spec-path.ts';
import type { PluginUse } from './spec.ts';
import type { Place, SpecNode } from './spec-node.ts';
import { descend } from './zod-faults.ts';

/** A plugin as a spec uses it, and where. */
export interface InspectedUse {
  readonly kind: Kind;
  readonly use: PluginUse;
  readonly entry: CatalogueEntry;
  /** Options with scheduled numbers at their start. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The options as written. */
  readonly node: SpecNode | undefined;
  /** Where the plugin's name stands. */
  readonly place: Place;
  /** Path of the options in the spec. */
  readonly path: readonly (string | number)[];
  /** Folder that relative paths are resolved against. */
  readonly from: string;
}

/** How the files of plans are inspected. */
export interface InspectionOptions extends Pick<InspectionContext, 'cacheDirectory' | 'warn'> {
  /** Whether a use matters; all do where this is left out. */
  readonly isWanted?: ((kind: Kind, use: PluginUse) => boolean) | undefined;
}

/**
 * The plugins of specs that look at files, each with the same options once: what is wrong with a file is told before
 * the first run, at its place.
 */
export class Inspections {
  readonly #uses = new Map<string, InspectedUse>();

  /** Takes note of a use. */
  add(use: InspectedUse): void {
    if (!use.entry.manifest.inspect) return;
    const key = JSON.stringify([use.kind, use.use.plugin, use.options, use.from]);
    if (!this.#uses.has(key)) this.#uses.set(key, use);
  }

  /** Lets the plugins look at their files. Nothing is decoded, fetched or made. */
  async faults({ cacheDirectory, warn, isWanted = () => true }: InspectionOptions): Promise<readonly Fault[]> {
    const list = new FaultList();
    for (const used of this.#uses.values()) {
      const context = { baseDirectory: used.from, cacheDirectory, warn, offline: true } as const;
      if (isWanted(used.kind, used.use)) await inspect(used, context, list);
    }
    return list.faults;
  }
}

async function inspect(used: InspectedUse, context: InspectionContext, faults: FaultList): Promise<void> {
  const { entry, options, node, place, path } = used;
  try {
    const listing = await inspectPlugin(entry, options, context);
    if (listing && !listing.splits.some(({ role }) => role === 'train')) throw noTrainingImages();
  } catch (error) {
    if (!(error instanceof AblateError)) throw error;
    if (error.cause instanceof NotFetched) return;
    const at = pathOf(options, error.given) ?? [];
    const there = at.length === 0 ? place : descend({ node, place }, at).place;
    const { code, problem: message, remedy } = error;
    faults.add(there, { path: pathText([...path, ...at]), code, message, remedy });
  }
}

/** Where in the options a value stands: a text, or a list or map by identity. */
function pathOf(options: unknown, given: unknown): (string | number)[] | undefined {
  if (given === null || (typeof given !== 'string' && typeof given !== 'object')) return undefined;
  if (options === given) return [];
  if (typeof options !== 'object' || options === null) return undefined;
  for (const [key, value] of Object.entries(options)) {
    const below = pathOf(value, given);
    if (below) return [Array.isArray(options) ? Number(key) : key, ...below];
  }
  return undefined;
}
