import { definePlugin } from 'ablate-ml';
import { grayscale, options } from './grayscale.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'grayscale',
  summary: 'The image loses its colors.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => grayscale(options),
});
