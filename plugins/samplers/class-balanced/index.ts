import { definePlugin } from 'ablate-ml';
import { classBalanced, options } from './class-balanced.ts';

export default definePlugin({
  kind: 'sampler',
  name: 'class-balanced',
  summary: 'Classes of a long tail drawn evenly, by a power of their numbers of images, or by their effective number.',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => classBalanced(options, context),
});
