import { definePlugin } from 'ablate-ml';
import { options, smoothAp } from './smooth-ap.ts';

/** Smooth-AP. */
export default definePlugin({
  kind: 'loss',
  name: 'smooth-ap',
  summary: 'Smooth-AP: average precision with sigmoids for the ranks (Brown et al., ECCV 2020)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => smoothAp(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
