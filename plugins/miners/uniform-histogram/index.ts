import { definePlugin } from 'ablate-ml';
import { minedBy, minerParts } from 'ablate-ml/losses';
import { uniformHistogram, options } from './uniform-histogram.ts';

/** As many pairs at each distance. */
export default definePlugin({
  kind: 'miner',
  name: 'uniform-histogram',
  summary: 'As many pairs at each distance',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => minedBy(uniformHistogram(options, context), options.distance, context),
  parts: minerParts,
});
