import { definePlugin } from 'ablate-ml';
import { inspectWeights, pretrained, tailColumns } from 'ablate-ml/layers';
import { vitNames } from './vit-names.ts';
import { featuresOf, gridOf, options, reference, vit } from './vit.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'vit',
  summary: 'Vision transformers: ViT, DeiT, DINO, DINOv2 with registers, the visual tower of CLIP.',
  framework: '^0.1.0',
  schema: options,
  // Tokens laid flat are as many as the images are large, unless a layer of known columns follows.
  dim: (chosen) => tailColumns(featuresOf(chosen) ?? 0, chosen) || undefined,
  create: (chosen, context) =>
    pretrained(vit(chosen, context), chosen, vitNames(gridOf(chosen, context.imageShape), chosen.positions), context),
  inspect: async ({ weights }, context) => {
    if (weights !== null) await inspectWeights(weights, context);
  },
  reference,
});
