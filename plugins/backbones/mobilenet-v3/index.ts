import { definePlugin, type ReferenceNet } from 'ablate-ml';
import { inspectWeights, pretrained, tailColumns } from 'ablate-ml/layers';
import { featuresOf, mobilenetV3, names, options } from './mobilenet-v3.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'mobilenet-v3',
  summary: 'MobileNetV3 small and large.',
  framework: '^0.1.0',
  schema: options,
  dim: (chosen) => tailColumns(featuresOf(chosen), chosen),
  create: (chosen, context) => pretrained(mobilenetV3(chosen, context), chosen, names, context),
  inspect: async ({ weights }, context) => {
    if (weights !== null) await inspectWeights(weights, context);
  },
  reference: ({ class: name, architecture: { widthMultiplier } }: ReferenceNet) =>
    name.includes('MobileNetV3')
      ? { size: name.includes('small') ? 'small' : 'large', width: widthMultiplier }
      : undefined,
});
