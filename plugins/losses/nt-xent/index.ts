import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { ntXent, options } from './nt-xent.ts';

/** NT-Xent, InfoNCE over the labels of a batch. */
export default definePlugin({
  kind: 'loss',
  name: 'nt-xent',
  summary: 'NT-Xent (InfoNCE) over the positive pairs of a batch (van den Oord et al., 2018; Chen et al., ICML 2020)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => ntXent(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
