import type { z } from 'zod';
import { checkOptions } from './check-options.ts';
import { augmentSettings } from './mix-schema.ts';
import { found } from './node-value.ts';
import { resolveUse, type Resolving } from './resolve-use.ts';
import { pathText } from './spec-path.ts';
import type { AugmentSpec, PluginUse } from './spec.ts';
import { augmentKey } from './spec-keys.ts';
import type { SpecNode } from './spec-node.ts';
import { addUnknownKey } from './zod-faults.ts';

const lists = ['train', 'test'] as const;
const keys = [...lists, 'views', 'mix'];
const examples = 'For example augment: {train: [horizontal-flip]}';

/** Resolves `augment`: the lists of augmentations for training and for evaluation, views and mixing. */
export async function resolveAugment(node: SpecNode, resolving: Resolving): Promise<AugmentSpec | undefined> {
  const { faults } = resolving;
  const before = faults.count;
  if (node.kind !== 'map') {
    faults.add(node.place, {
      path: augmentKey,
      message: `found ${found(node)}`,
      allowed: `Allowed: a map with ${keys.join(', ')}, the first two lists of augmentations`,
      remedy: examples,
    });
    return undefined;
  }
  for (const [key, entry] of node.entries)
    if (!keys.includes(key))
      addUnknownKey(
        entry,
        { key, path: `${augmentKey}.${key}`, names: keys, noun: 'key', owner: augmentKey, code: 'SPEC_INVALID' },
        faults,
      );
  const { train, test } = { train: node.entries.get('train')?.value, test: node.entries.get('test')?.value };
  const byView = train?.kind === 'list' && train.items.length > 0 && train.items.every(({ kind }) => kind === 'list');
  const inTraining = byView
    ? await Promise.all(train.items.map((list, view) => resolveList(list, [augmentKey, 'train', view], resolving)))
    : train
      ? await resolveList(train, [augmentKey, 'train'], resolving)
      : [];
  const inTest = test ? await resolveList(test, [augmentKey, 'test'], resolving) : [];
  const settings = new Map([...node.entries].filter(([key]) => key === 'views' || key === 'mix'));
  const about = { node: { ...node, entries: settings }, place: node.place, path: [augmentKey], noun: 'key' };
  const checked = checkOptions(augmentSettings, { ...about, owner: augmentKey, code: 'SPEC_INVALID' }, false, faults);
  const { views = byView ? train.items.length : undefined, mix } = (checked?.value ?? {}) as z.output<
    typeof augmentSettings
  >;
  if (byView && views !== train.items.length)
    faults.add(train.place, {
      path: `${augmentKey}.train`,
      message: `it has lists for ${train.items.length} views, and ${augmentKey}.views is ${views}`,
      remedy: 'Give a list for each view, or one list for all of them',
    });
  if (faults.count > before) return undefined;
  return { train: inTraining, test: inTest, ...(views && views > 1 && { views }), ...(mix && { mix }) };
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
