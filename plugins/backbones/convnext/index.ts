import { definePlugin, type ReferenceNet } from 'ablate-ml';
import { inspectWeights, pretrained, tailColumns } from 'ablate-ml/layers';
import { convnext, names, numbersOf, options } from './convnext.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'convnext',
  summary: 'ConvNeXt tiny and small: convolutions in the manner of transformers.',
  framework: '^0.1.0',
  schema: options,
  dim: (chosen) => tailColumns(numbersOf(chosen).widths[3]!, chosen),
  create: (chosen, context) => pretrained(convnext(chosen, context), chosen, names, context),
  inspect: async ({ weights }, context) => {
    if (weights !== null) await inspectWeights(weights, context);
  },
  reference: ({ class: name, architecture: { depths, widths } }: ReferenceNet) =>
    name.includes('ConvNeXt') ? { size: { depths, widths } } : undefined,
});
