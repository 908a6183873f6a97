import { definePlugin } from 'ablate-ml';
import { initialized, inspectWeights, loadWeights } from 'ablate-ml/layers';
import { insightfaceNames, iresnet, options } from './iresnet.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'iresnet',
  summary: "ArcFace's improved residual networks of 18 to 200 layers.",
  framework: '^0.1.0',
  schema: options,
  dim: ({ embedding }) => embedding,
  create: async (options, context) => {
    const backbone = initialized(iresnet(options, context), options, context);
    if (options.weights !== null)
      await loadWeights(options.weights, backbone.parameters, insightfaceNames(context.imageShape), context);
    return backbone;
  },
  inspect: async ({ weights }, context) => {
    if (weights !== null) await inspectWeights(weights, context);
  },
});
