import type { Kind } from '../../contracts/plugin.ts';
import { settingsSchema } from './settings-schema.ts';

/** Keys of a spec that hold one plugin. */
export const singleUses = {
  dataset: 'dataset',
  sampler: 'sampler',
  backbone: 'backbone',
  head: 'head',
  optimizer: 'optimizer',
  schedule: 'schedule',
} as const satisfies Record<string, Kind>;

/** Keys of a spec that hold a list of plugins. */
export const listUses = {
  losses: 'loss',
  evaluate: 'evaluator',
  figures: 'figure',
  tracking: 'tracker',
} as const satisfies Record<string, Kind>;

/** Key of a spec that holds lists of augmentations, by what the images are for. */
export const augmentKey = 'augment';

/** Keys that are used up before a run is resolved. */
export const planKeys = ['extends', 'profiles', 'matrix', 'search', 'protocol', 'launch'] as const;

/** Keys that hardly another file has at the beginning of a line. */
export const ownKeys: readonly string[] = [
  ...Object.keys(singleUses),
  ...Object.keys(listUses),
  ...planKeys,
  'train',
  'description',
];

/** All keys of a spec. */
export const specKeys: readonly string[] = [
  ...Object.keys(settingsSchema.shape),
  ...Object.keys(singleUses),
  ...Object.keys(listUses),
  augmentKey,
  ...planKeys,
];

/** Plugins of a spec that names none, by its key. */
export const defaultUses = { sampler: 'shuffle', optimizer: 'sgd', schedule: { constant: { rate: 0.01 } } } as const;

/** What may stand beside a plugin, by its kind. */
export const useExtras: Partial<Readonly<Record<Kind, readonly string[]>>> = {
  dataset: ['class'],
  loss: ['weight', 'classWeights', 'rowWeights', 'teacher', 'parameters'],
  head: ['parameters'],
  backbone: ['normalize', 'parameters', 'freeze', 'cache'],
};
