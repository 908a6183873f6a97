import { definePlugin } from 'ablate-ml';
import { pairParts, pairPartUses } from 'ablate-ml/losses';
import { options, tupletMargin } from './tuplet-margin.ts';

/** Tuplet margin loss. */
export default definePlugin({
  kind: 'loss',
  name: 'tuplet-margin',
  summary: 'Tuplet margin loss: every negative against a slackened positive (Yu and Tao, ICCV 2019)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => tupletMargin(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
