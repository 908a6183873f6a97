import { definePlugin } from 'ablate-ml';
import { resize, options } from './resize.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'resize',
  summary: 'The image is brought to a size.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => resize(options),
});
