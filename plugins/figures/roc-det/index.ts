import { definePlugin } from 'ablate-ml';
import { options, rocDet } from './roc-det.ts';

export default definePlugin({
  kind: 'figure',
  name: 'roc-det',
  summary: 'ROC and DET of verification: true accepts, and misses, against false accepts.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => rocDet(options),
});
