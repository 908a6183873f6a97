import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { cub200, options } from './cub-200.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'cub-200',
  summary: 'Caltech-UCSD Birds-200-2011 as published: 200 species, boxes.',
  framework: '^0.1.0',
  schema: options,
  columns: () => ({ box: 'box' }),
  create: async (options, context) => imageDataset(await cub200(options, context), context),
  inspect: async (options, context) => inspectImages(await cub200(options, context), context),
});
