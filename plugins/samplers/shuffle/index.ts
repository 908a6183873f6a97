import { definePlugin } from 'ablate-ml';
import { options, shuffle } from './shuffle.ts';

export default definePlugin({
  kind: 'sampler',
  name: 'shuffle',
  summary: 'Every image once an epoch, in a seeded order.',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => shuffle(options, context),
});
