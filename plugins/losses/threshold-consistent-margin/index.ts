import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { options, thresholdConsistentMargin } from './threshold-consistent-margin.ts';

/** Threshold-consistent margin, to be added to another loss. */
export default definePlugin({
  kind: 'loss',
  name: 'threshold-consistent-margin',
  summary:
    'Threshold-consistent margin: hard pairs on either side of one threshold for all classes (Zhang et al., ICLR 2024)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => thresholdConsistentMargin(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
