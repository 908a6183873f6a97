import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { omniglot, options } from './omniglot.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'omniglot',
  summary: 'Omniglot: handwritten characters of many alphabets, split by alphabet.',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => imageDataset(await omniglot(options, context), context),
  inspect: async (options, context) => inspectImages(await omniglot(options, context), context),
});
