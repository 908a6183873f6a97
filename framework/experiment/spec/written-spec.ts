import type { AugmentSpec, BackboneUse, DatasetUse, LossUse, PluginUse, RunSpec } from './spec.ts';

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
    dataset: { ...written(dataset), ...(dataset.class && { class: dataset.class }) },
    ...(augment && { augment: { train: augment.train.map(written), test: augment.test.map(written) } }),
    sampler: written(sampler),
    backbone: { ...written(backbone), ...(backbone.normalize && { normalize: backbone.normalize }) },
    head: head && written(head),
    losses: losses.map(({ weight, classWeights, rowWeights, teacher, parameters, ...loss }) => ({
      ...written(loss),
      weight,
      ...(classWeights && { classWeights }),
      ...(rowWeights && { rowWeights }),
      ...(teacher && { teacher }),
      ...(parameters && { parameters }),
    })),
    optimizer: written(optimizer),
    schedule: written(schedule),
    train,
    evaluate: evaluate.map(written),
    figures: figures.map(written),
    tracking: tracking.map(written),
  };
}

/** The inverse of `writtenSpec`, for text that it wrote. */
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
    dataset: unwrittenDataset(dataset as Record<string, unknown>),
    ...(augment ? { augment: unwrittenAugment(augment as Record<string, unknown>) } : {}),
    sampler: unwritten(sampler),
    backbone: unwrittenBackbone(backbone as Record<string, unknown>),
    head: head ? unwritten(head) : null,
    losses: (losses as Record<string, unknown>[]).map(unwrittenLoss),
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

function unwrittenAugment({ train, test }: Record<string, unknown>): AugmentSpec {
  const each = (uses: unknown): PluginUse[] => (uses as unknown[]).map(unwritten);
  return { train: each(train), test: each(test) };
}

function unwrittenDataset({ class: column, ...use }: Record<string, unknown>): DatasetUse {
  return { ...unwritten(use), ...(column ? { class: column as DatasetUse['class'] } : {}) };
}

function unwrittenBackbone({ normalize, ...use }: Record<string, unknown>): BackboneUse {
  return { ...unwritten(use), ...(normalize ? { normalize: normalize as BackboneUse['normalize'] } : {}) };
}

function unwrittenLoss({
  weight,
  classWeights,
  rowWeights,
  teacher,
  parameters,
  ...use
}: Record<string, unknown>): LossUse {
  return {
    ...unwritten(use),
    weight: weight as LossUse['weight'],
    ...(classWeights ? { classWeights: classWeights as LossUse['classWeights'] } : {}),
    ...(rowWeights ? { rowWeights: rowWeights as string } : {}),
    ...(teacher ? { teacher: teacher as string } : {}),
    ...(parameters ? { parameters: parameters as LossUse['parameters'] } : {}),
  };
}
