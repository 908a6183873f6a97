import { definePlugin } from 'ablate-ml';
import { options, snrContrastive } from './snr-contrastive.ts';

/** SNR-contrastive loss. */
export default definePlugin({
  kind: 'loss',
  name: 'snr-contrastive',
  summary: 'Contrastive loss on signal-to-noise ratio distances (Yuan et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => snrContrastive(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
