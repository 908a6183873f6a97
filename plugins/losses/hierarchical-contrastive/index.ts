import { definePlugin } from 'ablate-ml';
import { hierarchicalContrastive, options, requireLevels } from './hierarchical-contrastive.ts';

/** Hierarchical multi-label contrastive loss. */
export default definePlugin({
  kind: 'loss',
  name: 'hierarchical-contrastive',
  summary: 'Supervised contrastive loss over the levels of a hierarchy of classes (HiMulCon, Zhang et al., CVPR 2022)',
  framework: '^0.1.0',
  schema: options,
  create: (options, { classes }) => {
    requireLevels(options, classes);
    return hierarchicalContrastive(options);
  },
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
