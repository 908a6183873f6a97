import { definePlugin, z } from 'ablate-ml';
import { sgd } from './sgd.ts';

const schema = z
  .strictObject({
    momentum: z.number().min(0).lt(1).default(0).describe('share of the velocity that each step keeps'),
    nesterov: z.boolean().default(false).describe("Nesterov's look-ahead; needs momentum"),
    weightDecay: z
      .number()
      .min(0)
      .default(0)
      .describe('coefficient of the weights added to their gradient; biases, slopes and normalization have none'),
  })
  .refine(({ momentum, nesterov }) => !nesterov || momentum > 0, {
    message: 'nesterov needs a momentum above 0',
    path: ['nesterov'],
  });

export default definePlugin({
  kind: 'optimizer',
  name: 'sgd',
  summary: 'Stochastic gradient descent with momentum, Nesterov momentum and weight decay.',
  framework: '^0.1.0',
  schema,
  create: (options) => sgd(options),
});
