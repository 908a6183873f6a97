import { definePlugin } from 'ablate-ml';
import { lars, options } from './lars.ts';

export default definePlugin({
  kind: 'optimizer',
  name: 'lars',
  summary: 'LARS: momentum with a rate of its own for each layer.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => lars(options),
});
