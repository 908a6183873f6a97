import { definePlugin, z } from 'ablate-ml';
import { circle } from './circle.ts';

/** Circle loss, pair form. */
export default definePlugin({
  kind: 'loss',
  name: 'circle',
  summary: 'Circle loss, the form over pairs of the batch (Sun et al., CVPR 2020)',
  framework: '^0.1.0',
  schema: z.strictObject({
    m: z
      .number()
      .min(0, 'm is the relaxation and lies in [0, 1]')
      .max(1, 'm is the relaxation and lies in [0, 1]')
      .default(0.4)
      .describe('m: relaxation; positives aim at a cosine of 1 − m, negatives at m'),
    gamma: z.number().positive('gamma must be above 0: at 0 nothing is compared').default(80).describe('γ: scale'),
  }),
  create: (options) => circle(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
