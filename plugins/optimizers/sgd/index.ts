import { definePlugin } from 'ablate-ml';
import { options, sgd } from './sgd.ts';

export default definePlugin({
  kind: 'optimizer',
  name: 'sgd',
  summary: 'Stochastic gradient descent with momentum, Nesterov momentum and weight decay.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => sgd(options),
});
