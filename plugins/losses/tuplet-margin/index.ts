import { definePlugin } from 'ablate-ml';
import { options, tupletMargin } from './tuplet-margin.ts';

/** Tuplet margin loss. */
export default definePlugin({
  kind: 'loss',
  name: 'tuplet-margin',
  summary: 'Tuplet margin loss: every negative against a slackened positive (Yu and Tao, ICCV 2019)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => tupletMargin(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
