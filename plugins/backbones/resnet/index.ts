import { definePlugin, inspectWeights, loadWeights } from 'ablate-ml';
import { options, resnet, torchvisionNames } from './resnet.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'resnet',
  summary: 'Residual networks of 18, 34 and 50 layers, with stems for large and for small images.',
  framework: '^0.1.0',
  schema: options,
  dim: ({ embedding }) => embedding,
  create: async (options, context) => {
    const backbone = resnet(options, context);
    if (options.weights !== null) await loadWeights(options.weights, backbone.parameters, torchvisionNames, context);
    return backbone;
  },
  inspect: async ({ weights }, context) => {
    if (weights !== null) await inspectWeights(weights, context);
  },
});
