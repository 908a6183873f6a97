import { definePlugin, z } from 'ablate-ml';
import { lars } from './lars.ts';

const schema = z.strictObject({
  momentum: z.number().min(0).lt(1).default(0.9).describe('share of the velocity that each step keeps'),
  nesterov: z.boolean().default(false).describe("Nesterov's look-ahead"),
  trust: z.number().positive().default(0.001).describe('coefficient of the ratio of the norms'),
  epsilon: z.number().min(0).default(1e-8).describe('added to the norm of the gradient'),
  alwaysAdapt: z.boolean().default(false).describe('scales the gradients of parameters without weight decay too'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe('coefficient of the weights added to their gradient; biases, slopes and normalization have none'),
});

export default definePlugin({
  kind: 'optimizer',
  name: 'lars',
  summary: 'LARS: momentum with a rate of its own for each layer.',
  framework: '^0.1.0',
  schema,
  create: (options) => lars(options),
});
