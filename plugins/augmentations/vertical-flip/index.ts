import { definePlugin } from 'ablate-ml';
import { verticalFlip, options } from './vertical-flip.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'vertical-flip',
  summary: 'Images are mirrored, upside down.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => verticalFlip(options),
});
