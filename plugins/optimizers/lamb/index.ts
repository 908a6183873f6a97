import { definePlugin } from 'ablate-ml';
import { lamb, options } from './lamb.ts';

export default definePlugin({
  kind: 'optimizer',
  name: 'lamb',
  summary: 'LAMB: Adam whose step has, layer by layer, the length of the weights times the rate.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => lamb(options),
});
