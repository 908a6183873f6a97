import { definePlugin, inspectWeights, pretrained, tailColumns, type ReferenceNet } from 'ablate-ml';
import { efficientnet, namesFor, numbersOf, options } from './efficientnet.ts';

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

/** The options of an EfficientNet that another library made with these numbers. */
function reference({ class: name, architecture }: ReferenceNet): Readonly<Record<string, unknown>> | undefined {
  if (!name.includes('EfficientNet')) return undefined;
  const { channelMultiplier, depthMultiplier, head, activation } = architecture;
  return {
    model: { channels: channelMultiplier, depth: depthMultiplier, head, lite: String(activation).includes('relu6') },
  };
}
