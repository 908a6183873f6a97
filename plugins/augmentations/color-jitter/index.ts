import { definePlugin } from 'ablate-ml';
import { colorJitter, options } from './color-jitter.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'color-jitter',
  summary: 'Brightness, contrast, saturation and hue change at random, in random order.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => colorJitter(options),
});
