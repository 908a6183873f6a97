import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { imageFolder, options } from './image-folder.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'image-folder',
  summary: 'Images in a folder or a zip file, one folder a class.',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => imageDataset(await imageFolder(options, context), context),
  inspect: async (options, context) => inspectImages(await imageFolder(options, context), context),
});
