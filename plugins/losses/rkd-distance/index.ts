import { definePlugin, z } from 'ablate-ml';
import { rkdDistance } from './rkd-distance.ts';

/** Relational knowledge distillation by distances. */
export default definePlugin({
  kind: 'loss',
  name: 'rkd-distance',
  summary: 'Relational knowledge distillation: the distances between images as in a teacher (Park et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => rkdDistance(),
  needs: () => ({ teacher: true }),
  invariances: () => ['embedding-scale', 'batch-permutation'],
});
