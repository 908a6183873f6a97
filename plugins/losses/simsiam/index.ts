import { definePlugin } from 'ablate-ml';
import { options, simsiam } from './simsiam.ts';

/** SimSiam of two views. */
export default definePlugin({
  kind: 'loss',
  name: 'simsiam',
  summary: 'SimSiam: each view predicts the other, which is held constant (Chen and He, CVPR 2021)',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => simsiam(options, context),
  needs: () => ({ views: 2 }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
