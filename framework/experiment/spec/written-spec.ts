import type { Kind } from '../../contracts/plugin.ts';
import type { AugmentSpec, LossUse, PluginUse, RunSpec } from './spec.ts';
import { useExtras } from './spec-keys.ts';
import { trainLists } from './train-lists.ts';

/** A resolved spec in the grammar of a spec file: every use as `{name: {option: value}}`. Plain JSON. */
export type WrittenSpec = Readonly<Record<string, unknown>>;

/** The version of the spec format that is written. */
export const specVersion = 1;

/** Turns a resolved spec into what a spec file says. */
export function writtenSpec({
  name,
  description,
  seed,
  device,
  threads,
  test,
  augment,
  losses,
  head,
  train,
  ...uses
}: RunSpec): WrittenSpec {
  const { dataset, sampler, backbone, optimizer, schedule, evaluate, figures, tracking } = uses;
  return {
    version: specVersion,
    name,
    description,
    seed,
    device,
    threads,
    ...(test && { test }),
    dataset: withExtras(dataset),
    ...(augment && { augment: writtenAugment(augment) }),
    sampler: written(sampler),
    backbone: withExtras(backbone),
    head: head && withExtras(head),
    losses: losses.map(withExtras),
    optimizer: written(optimizer),
    schedule: written(schedule),
    train,
    evaluate: evaluate.map(written),
    figures: figures.map(written),
    tracking: tracking.map(written),
  };
}

/** Inverts `writtenSpec`, for text that it wrote. */
export function unwrittenSpec(spec: WrittenSpec): RunSpec {
  const {
    version: _,
    dataset,
    augment,
    sampler,
    backbone,
    head,
    losses,
    optimizer,
    schedule,
    evaluate,
    figures,
    tracking,
    ...settings
  } = spec;
  const each = (uses: unknown): PluginUse[] => (uses as Record<string, unknown>[]).map(unwritten);
  return {
    ...(settings as unknown as Pick<
      RunSpec,
      'name' | 'description' | 'seed' | 'device' | 'threads' | 'test' | 'train'
    >),
    dataset: unwrittenWithExtras('dataset', dataset),
    ...(augment ? { augment: unwrittenAugment(augment as Record<string, unknown>) } : {}),
    sampler: unwritten(sampler),
    backbone: unwrittenWithExtras('backbone', backbone),
    head: head ? unwrittenWithExtras('head', head) : null,
    losses: (losses as unknown[]).map((loss) => unwrittenWithExtras<LossUse>('loss', loss)),
    optimizer: unwritten(optimizer),
    schedule: unwritten(schedule),
    evaluate: each(evaluate),
    figures: each(figures),
    tracking: each(tracking),
  };
}

function written({ plugin, options }: PluginUse): Record<string, unknown> {
  return { [plugin]: options };
}

function unwritten(use: unknown): PluginUse {
  const [[plugin, options]] = Object.entries(use as Record<string, PluginUse['options']>) as [
    [string, PluginUse['options']],
  ];
  return { plugin, options };
}

function writtenAugment({ train, test, views, mix }: AugmentSpec): Record<string, unknown> {
  const lists = trainLists({ train }).map((list) => list.map(written));
  return {
    train: lists.length === 1 ? lists[0]! : lists,
    test: test.map(written),
    ...(views && { views }),
    ...(mix && { mix }),
  };
}

function unwrittenAugment({ train, test, views, mix }: Record<string, unknown>): AugmentSpec {
  const each = (uses: unknown): PluginUse[] => (uses as unknown[]).map(unwritten);
  return {
    train: Array.isArray((train as unknown[])[0]) ? (train as unknown[]).map(each) : each(train),
    test: each(test),
    ...(views ? { views: views as number } : {}),
    ...(mix ? { mix: mix as AugmentSpec['mix'] } : {}),
  };
}

/** A use with what stands beside its plugin, as far as it is given. */
function withExtras({ plugin, options, ...extras }: PluginUse): Record<string, unknown> {
  const given = Object.entries(extras).filter(([, value]) => value !== undefined);
  return { [plugin]: options, ...Object.fromEntries(given) };
}

function unwrittenWithExtras<Use extends PluginUse>(kind: Kind, use: unknown): Use {
  const isExtra = ([key]: readonly [string, unknown]): boolean => useExtras[kind]!.includes(key);
  const entries = Object.entries(use as Record<string, unknown>);
  const plugin = Object.fromEntries(entries.filter((entry) => !isExtra(entry)));
  return { ...unwritten(plugin), ...Object.fromEntries(entries.filter(isExtra)) } as unknown as Use;
}
