import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { options, rankedList } from './ranked-list.ts';

/** Ranked list loss. */
export default definePlugin({
  kind: 'loss',
  name: 'ranked-list',
  summary: 'Ranked list loss: weighted hinges of all hard pairs of an anchor (Wang et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => rankedList(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
