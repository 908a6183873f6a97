import { definePlugin } from 'ablate-ml';
import { curricularface, options } from './curricularface.ts';

/** CurricularFace: hard negatives come later. */
export default definePlugin({
  kind: 'loss',
  name: 'curricularface',
  summary: 'ArcFace with hard negatives weighed by the stage of training (CurricularFace, Huang et al., CVPR 2020)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => curricularface(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
