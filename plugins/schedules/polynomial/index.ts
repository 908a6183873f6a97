import { definePlugin } from 'ablate-ml';
import { options, polynomial } from './polynomial.ts';

export default definePlugin({
  kind: 'schedule',
  name: 'polynomial',
  summary: 'The learning rate falls as a power of what is left of training.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => polynomial(options),
});
