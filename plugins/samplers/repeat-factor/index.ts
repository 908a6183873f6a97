import { definePlugin, z } from 'ablate-ml';
import { repeatFactor } from './repeat-factor.ts';

const schema = z.strictObject({
  threshold: z
    .number()
    .positive()
    .max(1)
    .default(0.001)
    .describe('t: classes that have less than this share of the images are repeated'),
});

export default definePlugin({
  kind: 'sampler',
  name: 'repeat-factor',
  summary: 'Every image once an epoch, those of rare classes more often (repeat factor sampling).',
  framework: '^0.1.0',
  schema,
  create: (options, context) => repeatFactor(options, context),
});
