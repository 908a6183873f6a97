import { definePlugin, z } from 'ablate-ml';
import { rmsprop } from './rmsprop.ts';

const schema = z.strictObject({
  decay: z.number().min(0).lt(1).default(0.99).describe('decay of the running mean of squared gradients'),
  epsilon: z.number().positive().default(1e-8).describe('added to the root'),
  momentum: z.number().min(0).lt(1).default(0).describe('share of the velocity that each step keeps'),
  centered: z
    .boolean()
    .default(false)
    .describe('takes the square of the running mean off, so that the root is a deviation'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('coefficient of the weights added to their gradient; biases, slopes and normalization have none'),
});

export default definePlugin({
  kind: 'optimizer',
  name: 'rmsprop',
  summary: 'RMSprop: steps scaled by a running root mean square of the gradient.',
  framework: '^0.1.0',
  schema,
  create: (options) => rmsprop(options),
});
