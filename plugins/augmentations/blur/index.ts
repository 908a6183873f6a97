import { definePlugin } from 'ablate-ml';
import { blur, options } from './blur.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'blur',
  summary: 'The image is blurred by a Gaussian of random width.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => blur(options),
});
