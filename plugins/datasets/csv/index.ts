import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { columnKinds, csv, options } from './csv.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'csv',
  summary: 'Images listed in a CSV file of paths, labels and free columns.',
  framework: '^0.1.0',
  schema: options,
  columns: columnKinds,
  create: async (options, context) => imageDataset(await csv(options, context), context),
  inspect: async (options, context) => inspectImages(await csv(options, context), context),
});
