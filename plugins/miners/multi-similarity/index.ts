import { definePlugin } from 'ablate-ml';
import { minedBy, minerInvariances, minerParts } from 'ablate-ml/losses';
import { multiSimilarity, options } from './multi-similarity.ts';

/** Negatives nearer than the farthest positive, positives farther than the nearest negative. */
export default definePlugin({
  kind: 'miner',
  name: 'multi-similarity',
  summary: 'Negatives nearer than the farthest positive, positives farther than the nearest negative',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => minedBy(multiSimilarity(options), options.distance, context),
  parts: minerParts,
  invariances: minerInvariances,
});
