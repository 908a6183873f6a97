import { definePlugin } from 'ablate-ml';
import { centerCrop, options } from './center-crop.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'center-crop',
  summary: 'The middle of the image is cut out.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => centerCrop(options),
});
