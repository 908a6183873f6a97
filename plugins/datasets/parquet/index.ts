import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { options, parquet } from './parquet.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'parquet',
  summary: "Images in Parquet files, as Hugging Face's data sets have them.",
  framework: '^0.1.0',
  schema: options,
  columns: ({ columns }) => Object.fromEntries(Object.keys(columns).map((name) => [name, 'label'])),
  create: async (options, context) => imageDataset(await parquet(options, context), context),
  inspect: async (options, context) => inspectImages(await parquet(options, context), context),
});
