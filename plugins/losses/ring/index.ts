import { definePlugin } from 'ablate-ml';
import { options, ring } from './ring.ts';

/** Ring loss, added to a classification loss. */
export default definePlugin({
  kind: 'loss',
  name: 'ring',
  summary: 'Ring loss: draws embedding norms to one learned radius (Zheng et al., CVPR 2018)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => ring(options),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
