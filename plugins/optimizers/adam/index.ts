import { definePlugin } from 'ablate-ml';
import { adam, options } from './adam.ts';

export default definePlugin({
  kind: 'optimizer',
  name: 'adam',
  summary: 'Adam: steps scaled by running moments of the gradient; weight decay as L2 regularization.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => adam(options),
});
