import { definePlugin } from 'ablate-ml';
import { lion, options } from './lion.ts';

export default definePlugin({
  kind: 'optimizer',
  name: 'lion',
  summary: 'Lion: the sign of an interpolated momentum.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => lion(options),
});
