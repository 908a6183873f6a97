import { definePlugin } from 'ablate-ml';
import { options, sam } from './sam.ts';

export default definePlugin({
  kind: 'optimizer',
  name: 'sam',
  summary: 'Sharpness-aware minimization around another optimizer: the gradient of the worst point nearby.',
  framework: '^0.1.0',
  schema: options,
  inner: ({ around }) => [around],
  create: (options, context) => sam(options, context),
});
