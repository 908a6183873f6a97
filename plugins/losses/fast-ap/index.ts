import { definePlugin } from 'ablate-ml';
import { pairParts, pairPartUses } from 'ablate-ml/losses';
import { fastAp, options } from './fast-ap.ts';

/** FastAP. */
export default definePlugin({
  kind: 'loss',
  name: 'fast-ap',
  summary: 'FastAP: average precision from soft histograms of distances (Cakir et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => fastAp(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
