import { definePlugin } from 'ablate-ml';
import { adan, options } from './adan.ts';

export default definePlugin({
  kind: 'optimizer',
  name: 'adan',
  summary: 'Adan: adaptive moments with Nesterov momentum of the gradient\u2019s change.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => adan(options),
});
