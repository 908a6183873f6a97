import { definePlugin } from 'ablate-ml';
import { inspectWeights, pretrained, tailColumns } from 'ablate-ml/layers';
import { featuresOf, namesFor, options, reference, resnet } from './resnet.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'resnet',
  summary: 'Residual networks of 18 to 152 layers, with stems for large and for small images.',
  framework: '^0.1.0',
  schema: options,
  dim: (chosen) => tailColumns(featuresOf(chosen), chosen),
  create: (chosen, context) => pretrained(resnet(chosen, context), chosen, namesFor(chosen), context),
  inspect: async ({ weights }, context) => {
    if (weights !== null) await inspectWeights(weights, context);
  },
  reference,
});
