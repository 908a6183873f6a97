import { definePlugin, imageDataset, imageOptions, inspectImages, splitOptions, splitRule, z } from 'ablate-ml';
import { webdataset } from './webdataset.ts';

const shards = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const schema = z.strictObject({
  train: shards.describe(
    'tar files, or folders of them, or a list; `{000..012}` and `{a,b}` in a name stand for several',
  ),
  validation: shards.nullable().default(null).describe('tar files of validation images'),
  test: shards.nullable().default(null).describe('tar files of test images'),
  split: splitRule
    .nullable()
    .default(null)
    .describe('what of `train` is for training, validation and test; null for all to train'),
  label: z
    .string()
    .min(1)
    .default('cls')
    .describe("ending of the file that holds a sample's class as text, or `json:key` for an entry of its .json file"),
  openSet: splitOptions.openSet,
  ...imageOptions,
});

export default definePlugin({
  kind: 'dataset',
  name: 'webdataset',
  summary: 'Tar shards of samples, files that share a name up to its first dot, as WebDataset writes them.',
  framework: '^0.1.0',
  schema,
  create: async (options, context) => imageDataset(await webdataset(options, context), context),
  inspect: async (options, context) => inspectImages(await webdataset(options, context)),
});

export type WebdatasetOptions = z.output<typeof schema>;
