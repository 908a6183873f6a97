import { definePlugin, z } from 'ablate-ml';
import { adan } from './adan.ts';

const schema = z.strictObject({
  beta1: z.number().min(0).lt(1).default(0.98).describe('decay of the running mean of gradients'),
  beta2: z.number().min(0).lt(1).default(0.92).describe('decay of the running mean of gradient differences'),
  beta3: z.number().min(0).lt(1).default(0.99).describe('decay of the running mean of squared, extrapolated gradients'),
  epsilon: z.number().positive().default(1e-8).describe('added to the root'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'weight decay coefficient, by which the weights are divided after the step; biases, slopes and normalization have none',
    ),
});

export default definePlugin({
  kind: 'optimizer',
  name: 'adan',
  summary: 'Adan: adaptive moments with Nesterov momentum of the gradient\u2019s change.',
  framework: '^0.1.0',
  schema,
  create: (options) => adan(options),
});
