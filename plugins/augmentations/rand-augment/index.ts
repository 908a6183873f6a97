import { definePlugin } from 'ablate-ml';
import { randAugment, options } from './rand-augment.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'rand-augment',
  summary: 'A few operations of one strength are drawn and applied.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => randAugment(options),
});
