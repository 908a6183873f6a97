import { definePlugin } from 'ablate-ml';
import { minedBy, minerInvariances, minerParts } from 'ablate-ml/losses';
import { batchHard, options } from './batch-hard.ts';

/** An anchor with its farthest positive and nearest negative. */
export default definePlugin({
  kind: 'miner',
  name: 'batch-hard',
  summary: 'An anchor with its farthest positive and nearest negative',
  framework: '^0.1.0',
  schema: options,
  create: ({ distance }, context) => minedBy(batchHard(), distance, context),
  parts: minerParts,
  invariances: minerInvariances,
});
