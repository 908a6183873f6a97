import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { margin, options } from './margin.ts';

/** Margin loss with a learned boundary. */
export default definePlugin({
  kind: 'loss',
  name: 'margin',
  summary: 'Margin loss with a learned boundary, one or one a class (Wu et al., ICCV 2017)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => margin(options, await pairParts(options, context), context.classes),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
