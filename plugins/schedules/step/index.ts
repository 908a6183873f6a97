import { definePlugin } from 'ablate-ml';
import { options, step } from './step.ts';

export default definePlugin({
  kind: 'schedule',
  name: 'step',
  summary: 'The learning rate falls by a factor after given epochs.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => step(options),
});
