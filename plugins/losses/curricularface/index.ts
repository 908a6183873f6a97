import { definePlugin, z } from 'ablate-ml';
import { curricularface } from './curricularface.ts';

/** CurricularFace: hard negatives come later. */
export default definePlugin({
  kind: 'loss',
  name: 'curricularface',
  summary: 'ArcFace with hard negatives weighed by the stage of training (CurricularFace, Huang et al., CVPR 2020)',
  framework: '^0.1.0',
  schema: z.strictObject({
    s: z.number().positive('s scales the logits and must be greater than 0').default(64).describe('scale of the logits'),
    m: z
      .number()
      .min(0, 'm is a margin and cannot be negative')
      .lt(Math.PI, 'm is an angle in radians and must stay below π: no angle could hold the margin')
      .default(0.5)
      .describe('margin added to the target angle, in radians'),
    momentum: z
      .number()
      .min(0, 'momentum is the share of the batch in a running mean and lies in [0, 1]')
      .max(1, 'momentum is the share of the batch in a running mean and lies in [0, 1]')
      .default(0.01)
      .describe('share of the batch in the running mean t of the target cosines'),
  }),
  create: (options) => curricularface(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
