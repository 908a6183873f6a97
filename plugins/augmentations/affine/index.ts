import { definePlugin } from 'ablate-ml';
import { affine, options } from './affine.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'affine',
  summary: 'The image is turned, moved, stretched and slanted at random.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => affine(options),
});
