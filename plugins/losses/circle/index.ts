import { definePlugin } from 'ablate-ml';
import { pairParts, pairPartUses } from 'ablate-ml/losses';
import { circle, options } from './circle.ts';

/** Circle loss, pair form. */
export default definePlugin({
  kind: 'loss',
  name: 'circle',
  summary: 'Circle loss, the form over pairs of the batch (Sun et al., CVPR 2020)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => circle(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
