import { definePlugin } from 'ablate-ml';
import { padCrop, options } from './pad-crop.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'pad-crop',
  summary: 'The image is padded and cut at a random place.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => padCrop(options),
});
