import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { stanfordOnlineProducts, options } from './stanford-online-products.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'stanford-online-products',
  summary: 'Stanford Online Products as published: products and their super-classes.',
  framework: '^0.1.0',
  schema: options,
  columns: () => ({ superclass: 'label' }),
  create: async (options, context) => imageDataset(await stanfordOnlineProducts(options, context), context),
  inspect: async (options, context) => inspectImages(await stanfordOnlineProducts(options, context), context),
});
