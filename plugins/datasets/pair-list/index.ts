import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { options, pairList } from './pair-list.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'pair-list',
  summary: 'Verification pairs from a CSV file of path, path, same; training images from a folder.',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => imageDataset(await pairList(options, context), context),
  inspect: async (options, context) => inspectImages(await pairList(options, context), context),
});
