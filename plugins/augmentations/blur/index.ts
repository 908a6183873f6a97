import { definePlugin } from 'ablate-ml';
import { blur, blurOptions } from './blur.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'blur',
  summary: 'The image is blurred by a Gaussian of random width.',
  framework: '^0.1.0',
  schema: blurOptions,
  create: (options) => blur(options),
});
