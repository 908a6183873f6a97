import {
  dataFile,
  definePlugin,
  imageDataset,
  imageOptions,
  inspectImages,
  missingOption,
  splitOptions,
  splitRule,
  z,
} from 'ablate-ml';
import { csv } from './csv.ts';

const byDefault = [0.8, 0.2];

const schema = z
  .strictObject({
    file: dataFile.describe('CSV file whose first line names its columns'),
    path: dataFile.describe('folder or zip file of the images'),
    image: z
      .string()
      .min(1)
      .default('{path}')
      .describe("an image's name below `path`: `{column}` stands for a cell, `{column:2}` for its third character"),
    label: z.string().min(1).default('label').describe('column of the class; an image without one has an empty cell'),
    role: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        'column of the role (`train`, `validation`, `test`, `gallery`, `probe`, `distractors`; empty for none); null to split by `split`',
      ),
    split: splitRule.default([0.8, 0.2]).describe('what is for training, validation and test, where `role` is null'),
    openSet: splitOptions.openSet,
    missing: missingOption,
    ...imageOptions,
  })
  .refine(({ role, split }) => role === null || JSON.stringify(split) === JSON.stringify(byDefault), {
    path: ['split'],
    error:
      'the column `role` says what is for training, validation and test, and this split would be ignored; leave one of them out',
  });

export default definePlugin({
  kind: 'dataset',
  name: 'csv',
  summary: 'Images listed in a CSV file of paths, labels and free columns.',
  framework: '^0.1.0',
  schema,
  create: async (options, context) => imageDataset(await csv(options, context), context),
  inspect: async (options, context) => inspectImages(await csv(options, context)),
});

export type CsvOptions = z.output<typeof schema>;
