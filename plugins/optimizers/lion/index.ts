import { definePlugin, z } from 'ablate-ml';
import { lion } from './lion.ts';

const schema = z.strictObject({
  beta1: z.number().min(0).lt(1).default(0.9).describe('share of the momentum in the direction of a step'),
  beta2: z.number().min(0).lt(1).default(0.99).describe('decay of the momentum'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('share of the weights, times the rate, taken off each step; biases, slopes and normalization have none'),
});

export default definePlugin({
  kind: 'optimizer',
  name: 'lion',
  summary: 'Lion: the sign of an interpolated momentum.',
  framework: '^0.1.0',
  schema,
  create: (options) => lion(options),
});
