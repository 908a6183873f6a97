import { checkOptions } from './check-options.ts';
import type { FaultList } from './fault-list.ts';
import type { MapNode, SpecNode } from './spec-node.ts';
import {
  protocolSchema,
  searchSchema,
  searchSettings,
  type ProtocolSettings,
  type WrittenSearchSettings,
} from './study-schema.ts';

/** `search:` and `protocol:`, read. */
export interface StudySettings {
  readonly search:
    | {
        readonly settings: WrittenSearchSettings;
        readonly place: MapNode['place'];
        /** Where its `mode` stands; the search itself where it is left out. */
        readonly modePlace: MapNode['place'];
        readonly path: string;
      }
    | undefined;
  readonly protocol: ProtocolSettings | undefined;
}

const isNone = (node: SpecNode | undefined): boolean =>
  node === undefined || (node.kind === 'scalar' && node.value === null);

/** Tells whether a spec searches, or follows a protocol. */
export function hasStudy(tree: MapNode): boolean {
  return ['search', 'protocol'].some((key) => !isNone(tree.entries.get(key)?.value));
}

/** Finds where a map has `mode`. */
export const modePlace = (node: SpecNode | undefined): MapNode['place'] | undefined =>
  node?.kind === 'map' ? node.entries.get('mode')?.value.place : undefined;

/** Reads `search:` and `protocol:`; undefined where they have faults. */
export function studySettings(tree: MapNode, faults: FaultList): StudySettings | undefined {
  const before = faults.count;
  const read = <T>(key: 'search' | 'protocol', schema: typeof searchSchema | typeof protocolSchema): T | undefined => {
    const node = tree.entries.get(key)?.value;
    if (isNone(node)) return undefined;
    return checkOptions(
      schema,
      { node, place: node!.place, path: [key], noun: 'key', owner: key, code: 'SPEC_INVALID' },
      false,
      faults,
    )?.value as T | undefined;
  };
  type Written = Parameters<typeof searchSettings>[0];
  const own = read<Written>('search', searchSchema);
  const whole = read<ProtocolSettings & { search: Written | null }>('protocol', protocolSchema);
  const [outer, inner] = [tree.entries.get('search')?.value, tree.entries.get('protocol')?.value];
  if (!isNone(outer) && !isNone(inner))
    faults.add(outer!.place, {
      path: 'search',
      message: 'the protocol has a search of its own',
      remedy: 'Write protocol: {search: {budget: 30}}',
    });
  const written = own ?? whole?.search ?? undefined;
  if (whole && written?.folds && written.folds > whole.folds)
    faults.add(inner!.place, {
      path: 'protocol.search.folds',
      message: `found ${written.folds} of ${whole.folds} folds`,
      allowed: `Allowed: at most ${whole.folds}`,
    });
  if (faults.count > before) return undefined;
  const { search: _, ...protocol } = whole ?? {};
  return {
    search: written && {
      settings: searchSettings(written),
      place: (own ? outer : inner)!.place,
      modePlace:
        modePlace(own ? outer : (inner as MapNode).entries.get('search')?.value) ?? (own ? outer : inner)!.place,
      path: own ? 'search' : 'protocol.search',
    },
    protocol: whole && (protocol as ProtocolSettings),
  };
}
