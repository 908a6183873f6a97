import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { market1501, options } from './market-1501.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'market-1501',
  summary: 'Market-1501 as published: persons by cameras, query and gallery, junk left out.',
  framework: '^0.1.0',
  schema: options,
  columns: () => ({ camera: 'label', sequence: 'label' }),
  create: async (options, context) => imageDataset(await market1501(options, context), context),
  inspect: async (options, context) => inspectImages(await market1501(options, context), context),
});
