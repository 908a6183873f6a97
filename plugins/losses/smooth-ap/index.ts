import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { options, smoothAp } from './smooth-ap.ts';

/** Smooth-AP. */
export default definePlugin({
  kind: 'loss',
  name: 'smooth-ap',
  summary: 'Smooth-AP: average precision with sigmoids for the ranks (Brown et al., ECCV 2020)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => smoothAp(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
