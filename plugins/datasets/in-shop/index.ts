import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { inShop, options } from './in-shop.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'in-shop',
  summary: 'DeepFashion In-Shop Clothes Retrieval as published: training, query and gallery, boxes.',
  framework: '^0.1.0',
  schema: options,
  columns: () => ({ superclass: 'label', box: 'box' }),
  create: async (options, context) => imageDataset(await inShop(options, context), context),
  inspect: async (options, context) => inspectImages(await inShop(options, context), context),
});
