import { definePlugin, type ReferenceNet } from 'ablate-ml';
import { inspectWeights, pretrained, tailColumns } from 'ablate-ml/layers';
import { bnInception, featuresOf, names, options } from './bn-inception.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'bn-inception',
  summary: 'BN-Inception, the trunk of much of deep metric learning.',
  framework: '^0.1.0',
  schema: options,
  dim: (chosen) => tailColumns(featuresOf(chosen), chosen),
  create: (chosen, context) => pretrained(bnInception(chosen, context), chosen, names, context),
  inspect: async ({ weights }, context) => {
    if (weights !== null) await inspectWeights(weights, context);
  },
  reference: ({ class: name, architecture: { channelsDividedBy } }: ReferenceNet) =>
    name.includes('BNInception') ? { divide: channelsDividedBy } : undefined,
});
