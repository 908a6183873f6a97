import { definePlugin } from 'ablate-ml';
import { rotate, rotateOptions } from './rotate.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'rotate',
  summary: 'The image is turned by a random angle.',
  framework: '^0.1.0',
  schema: rotateOptions,
  create: (options) => rotate(options),
});
