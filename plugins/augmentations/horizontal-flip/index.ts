import { definePlugin } from 'ablate-ml';
import { horizontalFlip, options } from './horizontal-flip.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'horizontal-flip',
  summary: 'Images are mirrored, left to right.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => horizontalFlip(options),
});
