import { definePlugin } from 'ablate-ml';
import { linear, options } from './linear.ts';

export default definePlugin({
  kind: 'schedule',
  name: 'linear',
  summary: 'The learning rate goes in a straight line to the end of training.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => linear(options),
});
