import { didYouMean } from '../../base/errors/did-you-mean.ts';
import type { FaultList } from './fault-list.ts';
import { mergeSpecs } from './merge-specs.ts';
import { found } from './node-value.ts';
import { specKeys } from './spec-keys.ts';
import type { MapNode, Place } from './spec-node.ts';
import { addUnknownKey } from './zod-faults.ts';

const place: Place = { file: '--profile', line: 0, column: 0 };

/** What no profile may hold: it is read after the files are, and picks out no profile itself. */
const fixed = ['extends', 'profiles'];

/**
 * Merges the named ones of `profiles: {gpu: {train: {batch: 512}}}` over a spec, in the order of their names, and takes
 * `profiles` out of it. All of them are checked for keys that no spec has, whether they are asked for or not.
 */
export function applyProfiles(root: MapNode, names: readonly string[], faults: FaultList): MapNode {
  const profiles = profilesOf(root, faults);
  const bare: MapNode = { ...root, entries: new Map([...root.entries].filter(([key]) => key !== 'profiles')) };
  return names.reduce((tree, name) => {
    const profile = profiles.get(name);
    if (profile) return { ...mergeSpecs(tree, profile, faults), place: tree.place };
    const known = [...profiles.keys()];
    faults.add(place, {
      code: 'USAGE',
      path: 'profiles',
      message: known.length ? `the spec has no profile "${name}"` : 'the spec has no profiles',
      allowed: known.length ? `Allowed: ${known.join(', ')}` : undefined,
      remedy: known.length ? didYouMean(name, known) : `Write profiles: {${name}: {train: {batch: 512}}} into it`,
    });
    return tree;
  }, bare);
}

function profilesOf(root: MapNode, faults: FaultList): Map<string, MapNode> {
  const node = root.entries.get('profiles')?.value;
  if (!node || (node.kind === 'scalar' && node.value === null)) return new Map();
  if (node.kind !== 'map') {
    faults.add(node.place, {
      path: 'profiles',
      message: `found ${found(node)}`,
      allowed: 'Allowed: a map from names to what is merged over the spec',
      remedy: 'For example profiles: {gpu: {train: {batch: 512}}}',
    });
    return new Map();
  }
  return new Map(
    [...node.entries].flatMap(([name, { value }]): [string, MapNode][] => {
      const path = `profiles.${name}`;
      if (value.kind !== 'map') {
        faults.add(value.place, {
          path,
          message: `found ${found(value)}`,
          allowed: 'Allowed: a map of keys of a spec',
        });
        return [];
      }
      for (const [key, entry] of value.entries) {
        if (fixed.includes(key))
          faults.add(entry.place, {
            path: `${path}.${key}`,
            message: `a profile has no "${key}"`,
            remedy: `Write ${key}: at the beginning of the file`,
          });
        else if (!specKeys.includes(key.replace(/^~/, '')))
          addUnknownKey(
            entry,
            { key, path: `${path}.${key}`, names: specKeys, noun: 'key', owner: 'a spec', code: 'SPEC_INVALID' },
            faults,
          );
      }
      return [[name, value]];
    }),
  );
}
