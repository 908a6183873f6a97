import { definePlugin } from 'ablate-ml';
import { pairParts, pairPartUses } from 'ablate-ml/losses';
import { hyperbolicInfoNce, options } from './hyperbolic-info-nce.ts';

/** InfoNCE over distances in the Poincaré ball. */
export default definePlugin({
  kind: 'loss',
  name: 'hyperbolic-info-nce',
  summary: 'InfoNCE over distances in the Poincaré ball (Hyp-ViT, Ermolov et al., CVPR 2022)',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => hyperbolicInfoNce(options, await pairParts(options, context)),
  parts: pairPartUses,
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
