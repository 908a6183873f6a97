import { definePlugin } from 'ablate-ml';
import { oneCycle, options } from './one-cycle.ts';

export default definePlugin({
  kind: 'schedule',
  name: 'one-cycle',
  summary: 'The learning rate rises to a peak and falls far below its start.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => oneCycle(options),
});
