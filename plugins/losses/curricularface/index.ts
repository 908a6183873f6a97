import { definePlugin, marginOptions, z } from 'ablate-ml';
import { curricularface } from './curricularface.ts';

/** CurricularFace: hard negatives come later. */
export default definePlugin({
  kind: 'loss',
  name: 'curricularface',
  summary: 'ArcFace with hard negatives weighed by the stage of training (CurricularFace, Huang et al., CVPR 2020)',
  framework: '^0.1.0',
  schema: z.strictObject({
    s: marginOptions.scale(64).describe('scale of the logits'),
    m: marginOptions.angle('m', 0.5).describe('margin added to the target angle, in radians'),
    momentum: marginOptions
      .share('momentum', 0.01)
      .describe('share of the batch in the running mean t of the target cosines'),
  }),
  create: (options) => curricularface(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
