import { definePlugin } from 'ablate-ml';
import { minedBy, minerInvariances, minerParts } from 'ablate-ml/losses';
import { batchEasyHard, options } from './batch-easy-hard.ts';

/** An anchor with its easiest or hardest positive and negative. */
export default definePlugin({
  kind: 'miner',
  name: 'batch-easy-hard',
  summary: 'An anchor with its easiest or hardest positive and negative',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => minedBy(batchEasyHard(options), options.distance, context),
  parts: minerParts,
  invariances: minerInvariances,
});
