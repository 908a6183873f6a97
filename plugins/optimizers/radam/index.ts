import { definePlugin, z } from 'ablate-ml';
import { radam } from './radam.ts';

const schema = z.strictObject({
  beta1: z.number().min(0).lt(1).default(0.9).describe('decay of the running mean of gradients'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('decay of the running mean of squared gradients'),
  epsilon: z.number().positive().default(1e-8).describe('added to the root of the second moment'),
  decay: z
    .enum(['coupled', 'decoupled'])
    .default('coupled')
    .describe('weight decay as part of the gradient, or apart from it as in AdamW'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('weight decay coefficient; biases, slopes and normalization have none'),
});

export default definePlugin({
  kind: 'optimizer',
  name: 'radam',
  summary: 'RAdam: Adam whose first steps are rectified, in place of a warm-up.',
  framework: '^0.1.0',
  schema,
  create: (options) => radam(options),
});
