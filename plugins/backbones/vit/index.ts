import { definePlugin, inspectWeights, pretrained, tailColumns, type ReferenceNet } from 'ablate-ml';
import { vitNames } from './vit-names.ts';
import { featuresOf, gridOf, options, vit } from './vit.ts';

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

/** The options of a transformer that another library made with these numbers. */
function reference({ class: name, architecture }: ReferenceNet): Readonly<Record<string, unknown>> | undefined {
  if (!/VisionTransformer|ViTModel|Dinov2|CLIP/.test(name)) return undefined;
  const { width, depth, heads, mlp, patch, registers, layerScale, preNorm, projection, layerNormEps } = architecture;
  const mean = name.includes("global_pool='avg'");
  return {
    size: { width, depth, heads, mlp },
    patch,
    registers: registers ?? 0,
    layerScale: layerScale ?? false,
    preNorm: preNorm ?? false,
    projection: projection ?? null,
    activation: architecture.activation === 'quick_gelu' ? 'quick-gelu' : 'gelu',
    epsilon: layerNormEps,
    pool: mean ? 'mean' : 'cls',
    normAfterPool: mean,
  };
}
