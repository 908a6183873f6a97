import { definePlugin } from 'ablate-ml';
import { jpeg, options } from './jpeg.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'jpeg',
  summary: 'The image is stored as JPEG of random quality and read again.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => jpeg(options),
});
