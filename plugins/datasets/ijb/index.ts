import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { ijb, options } from './ijb.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'ijb',
  summary: 'IJB-B or IJB-C as published with loosely cropped faces: templates, media, subjects.',
  framework: '^0.1.0',
  schema: options,
  columns: () => ({ template: 'label', media: 'label', list: 'label', detector: 'number' }),
  create: async (options, context) => imageDataset(await ijb(options, context), context),
  inspect: async (options, context) => inspectImages(await ijb(options, context), context),
});
