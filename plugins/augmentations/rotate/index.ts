import { definePlugin } from 'ablate-ml';
import { rotate, options } from './rotate.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'rotate',
  summary: 'The image is turned by a random angle.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => rotate(options),
});
