import { definePlugin } from 'ablate-ml';
import { trivialAugment, options } from './trivial-augment.ts';

export default definePlugin({
  kind: 'augmentation',
  name: 'trivial-augment',
  summary: 'One operation of random strength is drawn and applied.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => trivialAugment(options),
});
