import type { AugmentSpec, PluginUse } from './spec.ts';

/** Lists of augmentations of training: one for all views, or one for each. */
export const trainLists = ({ train }: Pick<AugmentSpec, 'train'>): readonly (readonly PluginUse[])[] =>
  Array.isArray(train[0]) ? (train as readonly (readonly PluginUse[])[]) : [train as readonly PluginUse[]];
