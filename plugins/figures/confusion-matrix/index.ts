import { definePlugin } from 'ablate-ml';
import { confusionMatrix, options } from './confusion-matrix.ts';

export default definePlugin({
  kind: 'figure',
  name: 'confusion-matrix',
  summary: 'Which classes the head takes for which.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => confusionMatrix(options),
});
