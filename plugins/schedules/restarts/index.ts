import { definePlugin } from 'ablate-ml';
import { options, restarts } from './restarts.ts';

export default definePlugin({
  kind: 'schedule',
  name: 'restarts',
  summary: 'The learning rate falls along half a cosine wave, again and again.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => restarts(options),
});
