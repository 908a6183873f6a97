import {
  dataFile,
  definePlugin,
  imageDataset,
  imageOptions,
  inspectImages,
  splitOptions,
  splitRule,
  z,
} from 'ablate-ml';
import { imageFolder } from './image-folder.ts';

const schema = z.strictObject({
  path: dataFile.describe('folder or zip file of images: a path, or a zip file as `{url, sha256}`'),
  class: z
    .string()
    .nullable()
    .default(null)
    .describe("regular expression on an image's name whose first group is its class; null for its folder"),
  split: z
    .union([z.literal('folders'), splitRule])
    .default([0.8, 0.2])
    .describe(
      '`folders` for `train/`, `validation/` (or `val/`, `valid/`, `dev/`) and `test/` below `path`, or a rule',
    ),
  openSet: splitOptions.openSet,
  ...imageOptions,
});

export default definePlugin({
  kind: 'dataset',
  name: 'image-folder',
  summary: 'Images in a folder or a zip file, one folder a class.',
  framework: '^0.1.0',
  schema,
  create: async (options, context) => imageDataset(await imageFolder(options, context), context),
  inspect: async (options, context) => inspectImages(await imageFolder(options, context)),
});

export type ImageFolderOptions = z.output<typeof schema>;
