import { definePlugin, z } from 'ablate-ml';
import { adam } from './adam.ts';

const schema = z.strictObject({
  beta1: z.number().min(0).lt(1).default(0.9).describe('decay of the running mean of gradients'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('decay of the running mean of squared gradients'),
  epsilon: z.number().positive().default(1e-8).describe('added to the root of the second moment'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('coefficient of the weights added to their gradient; biases, slopes and normalization have none'),
});

export default definePlugin({
  kind: 'optimizer',
  name: 'adam',
  summary: 'Adam: steps scaled by running moments of the gradient; weight decay as L2 regularization.',
  framework: '^0.1.0',
  schema,
  create: (options) => adam(options),
});
