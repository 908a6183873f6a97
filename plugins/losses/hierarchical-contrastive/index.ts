import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { hierarchicalContrastive, options, requireLevels } from './hierarchical-contrastive.ts';

/** Hierarchical multi-label contrastive loss. */
export default definePlugin({
  kind: 'loss',
  name: 'hierarchical-contrastive',
  summary: 'Supervised contrastive loss over the levels of a hierarchy of classes (HiMulCon, Zhang et al., CVPR 2022)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => {
    requireLevels(options, context.classes);
    return hierarchicalContrastive(options, await pairParts(options, context));
  },
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
