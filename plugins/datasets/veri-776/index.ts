import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { veri776, options } from './veri-776.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'veri-776',
  summary: 'VeRi-776 as published: vehicles by cameras, colors and types, query and gallery.',
  framework: '^0.1.0',
  schema: options,
  columns: () => ({ camera: 'label', color: 'label', type: 'label' }),
  create: async (options, context) => imageDataset(await veri776(options, context), context),
  inspect: async (options, context) => inspectImages(await veri776(options, context), context),
});
