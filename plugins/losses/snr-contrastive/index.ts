import { definePlugin } from 'ablate-ml';
import { pairParts, pairPartUses } from 'ablate-ml/losses';
import { options, snrContrastive } from './snr-contrastive.ts';

/** SNR-contrastive loss. */
export default definePlugin({
  kind: 'loss',
  name: 'snr-contrastive',
  summary: 'Contrastive loss on signal-to-noise ratio distances (Yuan et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => snrContrastive(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
