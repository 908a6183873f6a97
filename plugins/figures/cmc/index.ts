import { definePlugin } from 'ablate-ml';
import { cmc, options } from './cmc.ts';

export default definePlugin({
  kind: 'figure',
  name: 'cmc',
  summary: 'Cumulative match characteristic, and rank-1 identification by the number of distractors.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => cmc(options),
});
