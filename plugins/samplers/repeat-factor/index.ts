import { definePlugin } from 'ablate-ml';
import { options, repeatFactor } from './repeat-factor.ts';

export default definePlugin({
  kind: 'sampler',
  name: 'repeat-factor',
  summary: 'Every image once an epoch, those of rare classes more often (repeat factor sampling).',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => repeatFactor(options, context),
});
