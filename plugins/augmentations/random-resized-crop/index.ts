import { definePlugin } from 'ablate-ml';
import { randomResizedCrop, options } from './random-resized-crop.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'random-resized-crop',
  summary: 'A part of random area and proportions is cut out and brought to one size.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => randomResizedCrop(options),
});
