import { definePlugin } from 'ablate-ml';
import { options, sequence } from './sequence.ts';

export default definePlugin({
  kind: 'schedule',
  name: 'sequence',
  summary: 'One schedule after another, each from its own beginning.',
  framework: '^0.1.0',
  schema: options,
  inner: ({ of }) => of,
  create: (options, context) => sequence(options, context),
});
