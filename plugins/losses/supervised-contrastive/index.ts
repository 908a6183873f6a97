import { definePlugin } from 'ablate-ml';
import { pairInvariances, pairParts, pairPartUses } from 'ablate-ml/losses';
import { options, supervisedContrastive } from './supervised-contrastive.ts';

/** Supervised contrastive loss. */
export default definePlugin({
  kind: 'loss',
  name: 'supervised-contrastive',
  summary: 'Supervised contrastive loss, the form with the sum outside (Khosla et al., NeurIPS 2020)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => supervisedContrastive(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: pairInvariances,
});
