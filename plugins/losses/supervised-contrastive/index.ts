import { definePlugin, z } from 'ablate-ml';
import { supervisedContrastive } from './supervised-contrastive.ts';

/** Supervised contrastive loss. */
export default definePlugin({
  kind: 'loss',
  name: 'supervised-contrastive',
  summary: 'Supervised contrastive loss, the form with the sum outside (Khosla et al., NeurIPS 2020)',
  framework: '^0.1.0',
  schema: z.strictObject({
    temperature: z
      .number()
      .positive('temperature must be above 0: the cosines are divided by it')
      .default(0.1)
      .describe('τ: what the cosines are divided by'),
  }),
  create: (options) => supervisedContrastive(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
