import { dataFile, definePlugin, imageDataset, imageOptions, inspectImages, missingOption, z } from 'ablate-ml';
import { pairList } from './pair-list.ts';

const column = z.union([z.string().min(1), z.number().int().min(0)]);

const schema = z.strictObject({
  file: dataFile.describe('CSV file of pairs'),
  path: dataFile.describe('folder or zip file of the images'),
  left: column.default(0).describe("column of one image's name below `path`, by name or by position from 0"),
  right: column.default(1).describe("column of the other image's name"),
  same: column
    .default(2)
    .describe('column that says whether both show the same: 1 or 0, true or false, yes or no, same or different'),
  fold: column.nullable().default(null).describe('column of the fold, counted from 0 or 1; null to deal the pairs out'),
  folds: z
    .number()
    .int()
    .min(2)
    .default(10)
    .describe('folds that pairs are dealt out to in turn, those of the same and those of different apart'),
  header: z.boolean().default(true).describe('whether the first line names the columns'),
  train: dataFile.nullable().default(null).describe('folder or zip file of training images, one folder a class'),
  missing: missingOption,
  ...imageOptions,
});

export default definePlugin({
  kind: 'dataset',
  name: 'pair-list',
  summary: 'Verification pairs from a CSV file of path, path, same; training images from a folder.',
  framework: '^0.1.0',
  schema,
  create: async (options, context) => imageDataset(await pairList(options, context), context),
  inspect: async (options, context) => inspectImages(await pairList(options, context)),
});

export type PairListOptions = z.output<typeof schema>;
