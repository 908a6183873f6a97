import { definePlugin } from 'ablate-ml';
import { adamw, options } from './adamw.ts';

export default definePlugin({
  kind: 'optimizer',
  name: 'adamw',
  summary: 'Adam with weight decay kept apart from the gradient.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => adamw(options),
});
