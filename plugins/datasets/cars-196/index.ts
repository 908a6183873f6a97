import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { cars196, options } from './cars-196.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'cars-196',
  summary: 'Stanford Cars (Cars196) in each of its published layouts, boxes.',
  framework: '^0.1.0',
  schema: options,
  columns: () => ({ box: 'box' }),
  create: async (options, context) => imageDataset(await cars196(options, context), context),
  inspect: async (options, context) => inspectImages(await cars196(options, context), context),
});
