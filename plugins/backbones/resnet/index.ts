import { definePlugin, inspectWeights, pretrained, tailColumns, type ReferenceNet } from 'ablate-ml';
import { featuresOf, namesFor, options, resnet } from './resnet.ts';

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

/** The options of a residual network that another library made with these numbers. */
function reference({ class: name, architecture }: ReferenceNet): Readonly<Record<string, unknown>> | undefined {
  if (!/\bResNet\b/.test(name)) return undefined;
  const { layers: units, widths, stem = 64, block } = architecture;
  return { layers: { units, widths, stem, bottleneck: block === 'bottleneck' }, embedding: null };
}
