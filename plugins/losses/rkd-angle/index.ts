import { definePlugin, z } from 'ablate-ml';
import { rkdAngle } from './rkd-angle.ts';

/** Relational knowledge distillation by angles. */
export default definePlugin({
  kind: 'loss',
  name: 'rkd-angle',
  summary: 'Relational knowledge distillation: the angles between images as in a teacher (Park et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => rkdAngle(),
  needs: () => ({ teacher: true }),
  invariances: () => ['embedding-scale', 'batch-permutation'],
});
