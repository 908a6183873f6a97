import { definePlugin } from 'ablate-ml';
import { options, supervisedContrastive } from './supervised-contrastive.ts';

/** Supervised contrastive loss. */
export default definePlugin({
  kind: 'loss',
  name: 'supervised-contrastive',
  summary: 'Supervised contrastive loss, the form with the sum outside (Khosla et al., NeurIPS 2020)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => supervisedContrastive(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
