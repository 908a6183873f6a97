import { definePlugin } from 'ablate-ml';
import { cosine, options } from './cosine.ts';

export default definePlugin({
  kind: 'schedule',
  name: 'cosine',
  summary: 'The learning rate falls along half a cosine wave to the end of training.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => cosine(options),
});
