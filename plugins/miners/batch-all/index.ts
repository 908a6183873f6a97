import { definePlugin, z } from 'ablate-ml';
import { minerInvariances } from 'ablate-ml/losses';
import { batchAll } from './batch-all.ts';

/** Every pair, and every triplet. */
export default definePlugin({
  kind: 'miner',
  name: 'batch-all',
  summary: 'Every pair, and every triplet',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => batchAll(),
  invariances: minerInvariances,
});
