import { definePlugin } from 'ablate-ml';
import { options, rmsprop } from './rmsprop.ts';

export default definePlugin({
  kind: 'optimizer',
  name: 'rmsprop',
  summary: 'RMSprop: steps scaled by a running root mean square of the gradient.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => rmsprop(options),
});
