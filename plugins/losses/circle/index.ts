import { definePlugin } from 'ablate-ml';
import { circle, options } from './circle.ts';

/** Circle loss, pair form. */
export default definePlugin({
  kind: 'loss',
  name: 'circle',
  summary: 'Circle loss, the form over pairs of the batch (Sun et al., CVPR 2020)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => circle(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
