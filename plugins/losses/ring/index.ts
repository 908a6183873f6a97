import { definePlugin, z } from 'ablate-ml';
import { ring } from './ring.ts';

/** Ring loss, added to a classification loss. */
export default definePlugin({
  kind: 'loss',
  name: 'ring',
  summary: 'Ring loss: draws embedding norms to one learned radius (Zheng et al., CVPR 2018)',
  framework: '^0.1.0',
  schema: z.strictObject({
    lambda: z
      .number()
      .min(0, 'lambda weighs a distance and cannot be negative')
      .default(0.01)
      .describe('λ: weight against the classification loss'),
    initialRadius: z
      .number()
      .positive('initialRadius is a norm and must be greater than 0')
      .default(1)
      .describe('the radius R before the first step'),
  }),
  create: (options) => ring(options),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
