import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { lfwPairs, options } from './lfw-pairs.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'lfw-pairs',
  summary: 'Labeled Faces in the Wild: verification by the official pairs, identification, training on other people.',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => imageDataset(await lfwPairs(options, context), context),
  inspect: async (options, context) => inspectImages(await lfwPairs(options, context), context),
});
