import { definePlugin } from 'ablate-ml';
import { learningCurves, options } from './learning-curves.ts';

export default definePlugin({
  kind: 'figure',
  name: 'learning-curves',
  summary: 'Loss, its parts and validation metrics by epoch, as the mean over seeds with its 95 % band.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => learningCurves(options),
});
