import { definePlugin } from 'ablate-ml';
import { confusedPairs, options } from './confused-pairs.ts';

export default definePlugin({
  kind: 'figure',
  name: 'confused-pairs',
  summary:
    'The image pairs that verification gets most wrong: different classes that look alike, same classes that do not.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => confusedPairs(options),
});
