import { definePlugin } from 'ablate-ml';
import { inspectWeights, pretrained, tailColumns } from 'ablate-ml/layers';
import { efficientnet, namesFor, numbersOf, options, reference } from './efficientnet.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'efficientnet',
  summary: 'EfficientNet B0 to B2 and Lite0 to Lite2.',
  framework: '^0.1.0',
  schema: options,
  dim: (chosen) => tailColumns(numbersOf(chosen).head, chosen),
  create: (chosen, context) => pretrained(efficientnet(chosen, context), chosen, namesFor(chosen), context),
  inspect: async ({ weights }, context) => {
    if (weights !== null) await inspectWeights(weights, context);
  },
  reference,
});
