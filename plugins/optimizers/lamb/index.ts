import { definePlugin, z } from 'ablate-ml';
import { lamb } from './lamb.ts';

const schema = z.strictObject({
  beta1: z.number().min(0).lt(1).default(0.9).describe('decay of the running mean of gradients'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('decay of the running mean of squared gradients'),
  epsilon: z.number().positive().default(1e-6).describe('added to the root of the second moment'),
  alwaysAdapt: z.boolean().default(false).describe('scales the steps of parameters without weight decay too'),
  weightDecay: z
    .number()
    .min(0)
    .default(0.01)
    .describe('weight decay coefficient; biases, slopes and normalization have none'),
});

export default definePlugin({
  kind: 'optimizer',
  name: 'lamb',
  summary: 'LAMB: Adam whose step has, layer by layer, the length of the weights times the rate.',
  framework: '^0.1.0',
  schema,
  create: (options) => lamb(options),
});
