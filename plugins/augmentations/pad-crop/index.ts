import { definePlugin } from 'ablate-ml';
import { padCrop, padCropOptions } from './pad-crop.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'pad-crop',
  summary: 'The image is padded and cut at a random place.',
  framework: '^0.1.0',
  schema: padCropOptions,
  create: (options) => padCrop(options),
});
