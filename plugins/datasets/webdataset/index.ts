import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { options, webdataset } from './webdataset.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'webdataset',
  summary: 'Tar shards of samples, files that share a name up to its first dot, as WebDataset writes them.',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => imageDataset(await webdataset(options, context), context),
  inspect: async (options, context) => inspectImages(await webdataset(options, context), context),
});
