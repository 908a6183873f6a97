import { definePlugin } from 'ablate-ml';
import { options, sensitivity } from './sensitivity.ts';

export default definePlugin({
  kind: 'figure',
  name: 'sensitivity',
  summary: 'How the final metrics depend on a numeric axis of the matrix: a weight, a margin, a scale.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => sensitivity(options),
});
