import { definePlugin, z } from 'ablate-ml';
import { minerInvariances } from 'ablate-ml/losses';
import { hardCluster } from './hard-cluster.ts';

/** A class's mean with its farthest image and the nearest other mean. */
export default definePlugin({
  kind: 'miner',
  name: 'hard-cluster',
  summary: "A class's mean with its farthest image and the nearest other mean",
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => hardCluster(),
  invariances: minerInvariances,
});
