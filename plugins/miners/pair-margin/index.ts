import { definePlugin } from 'ablate-ml';
import { minedBy, minerInvariances, minerParts } from 'ablate-ml/losses';
import { pairMargin, options } from './pair-margin.ts';

/** Pairs beyond a margin. */
export default definePlugin({
  kind: 'miner',
  name: 'pair-margin',
  summary: 'Pairs beyond a margin',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => minedBy(pairMargin(options), options.distance, context),
  parts: minerParts,
  invariances: minerInvariances,
});
