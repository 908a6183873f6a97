import { found } from './node-value.ts';
import { resolveUse, type Resolving } from './resolve-use.ts';
import { pathText } from './spec-path.ts';
import type { AugmentSpec, PluginUse } from './spec.ts';
import { augmentKey } from './spec-keys.ts';
import type { SpecNode } from './spec-node.ts';
import { addUnknownKey } from './zod-faults.ts';

const lists = ['train', 'test'] as const;

/** Resolves `augment`: the lists of augmentations for training and for evaluation. */
export async function resolveAugment(node: SpecNode, resolving: Resolving): Promise<AugmentSpec | undefined> {
  const { faults } = resolving;
  const before = faults.count;
  if (node.kind !== 'map') {
    faults.add(node.place, {
      path: augmentKey,
      message: `found ${found(node)}`,
      allowed: `Allowed: a map with ${lists.join(', ')}, each a list of augmentations`,
      remedy: 'For example augment: {train: [horizontal-flip]}',
    });
    return undefined;
  }
  for (const [key, entry] of node.entries)
    if (!(lists as readonly string[]).includes(key))
      addUnknownKey(
        entry,
        { key, path: `${augmentKey}.${key}`, names: lists, noun: 'key', owner: augmentKey, code: 'SPEC_INVALID' },
        faults,
      );
  const of = async (key: (typeof lists)[number]): Promise<PluginUse[]> => {
    const list = node.entries.get(key)?.value;
    return list ? resolveList(list, [augmentKey, key], resolving) : [];
  };
  const augment = { train: await of('train'), test: await of('test') };
  return faults.count > before ? undefined : augment;
}

async function resolveList(
  node: SpecNode,
  path: readonly (string | number)[],
  resolving: Resolving,
): Promise<PluginUse[]> {
  if (node.kind === 'scalar' && node.value === null) return [];
  if (node.kind !== 'list') {
    resolving.faults.add(node.place, {
      path: pathText(path),
      message: `found ${found(node)}`,
      allowed: 'Allowed: a list of augmentations',
      remedy: `Write a "-" before each of them, in their order`,
    });
    return [];
  }
  const uses: PluginUse[] = [];
  for (const [index, item] of node.items.entries()) {
    const resolved = await resolveUse('augmentation', item, [...path, index], resolving);
    if (resolved) uses.push(resolved.use);
  }
  return uses;
}
