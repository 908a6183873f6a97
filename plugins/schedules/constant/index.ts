import { definePlugin } from 'ablate-ml';
import { constant, options } from './constant.ts';

export default definePlugin({
  kind: 'schedule',
  name: 'constant',
  summary: 'One learning rate throughout.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => constant(options),
});
