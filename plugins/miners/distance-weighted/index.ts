import { definePlugin } from 'ablate-ml';
import { distanceWeighted, options } from './distance-weighted.ts';

/** A negative for each positive pair, drawn evenly over distances. */
export default definePlugin({
  kind: 'miner',
  name: 'distance-weighted',
  summary: 'A negative for each positive pair, drawn evenly over distances',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => distanceWeighted(options, context),
});
