import { definePlugin } from 'ablate-ml';
import { exponential, options } from './exponential.ts';

export default definePlugin({
  kind: 'schedule',
  name: 'exponential',
  summary: 'The learning rate is multiplied by a factor after every epoch.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => exponential(options),
});
