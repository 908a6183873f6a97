import { definePlugin } from 'ablate-ml';
import { randomErasing, options } from './random-erasing.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'random-erasing',
  summary: 'A rectangle of random place and size is painted over.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => randomErasing(options),
});
