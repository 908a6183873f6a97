import type { Kind } from '../contracts/plugin.ts';

/** Every kind of plugin with its folder under `plugins/`. */
export const kinds = {
  dataset: 'datasets',
  augmentation: 'augmentations',
  sampler: 'samplers',
  backbone: 'backbones',
  head: 'heads',
  loss: 'losses',
  distance: 'distances',
  miner: 'miners',
  reducer: 'reducers',
  regularizer: 'regularizers',
  optimizer: 'optimizers',
  schedule: 'schedules',
  'post-processor': 'post-processors',
  evaluator: 'evaluators',
  figure: 'figures',
  tracker: 'trackers',
  launcher: 'launchers',
} as const satisfies Record<Kind, string>;

/** The kinds, in the order of a spec. */
export const kindNames = Object.keys(kinds) as Kind[];

/** Finds the kind of this name, in the singular or plural. */
export function kindOf(word: string): Kind | undefined {
  return kindNames.find((kind) => kind === word || kinds[kind] === word);
}

/** Puts the article before a kind: `a loss`, `an optimizer`. */
export function aKind(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}
