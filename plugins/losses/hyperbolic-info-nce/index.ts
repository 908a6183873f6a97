import { definePlugin } from 'ablate-ml';
import { hyperbolicInfoNce, options } from './hyperbolic-info-nce.ts';

/** InfoNCE over distances in the Poincaré ball. */
export default definePlugin({
  kind: 'loss',
  name: 'hyperbolic-info-nce',
  summary: 'InfoNCE over distances in the Poincaré ball (Hyp-ViT, Ermolov et al., CVPR 2022)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => hyperbolicInfoNce(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
