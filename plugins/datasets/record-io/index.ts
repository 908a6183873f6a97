import path from 'node:path';
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
import { indexOf } from './record-images.ts';
import { recordIo } from './record-io.ts';

const schema = z
  .strictObject({
    rec: dataFile.nullable().default(null).describe('MXNet record file of training images'),
    idx: dataFile
      .nullable()
      .default(null)
      .describe('its index; null for the file of the same name that ends in `.idx`'),
    classes: z
      .number()
      .int()
      .min(2)
      .nullable()
      .default(null)
      .describe(
        'number of classes, which labels stay below; null for what the file `property` beside it says, or no limit',
      ),
    pairs: dataFile.nullable().default(null).describe('`.bin` file of verification pairs'),
    folds: z.number().int().min(2).default(10).describe('folds of the pairs, in the order of the file'),
    split: splitRule
      .nullable()
      .default(null)
      .describe('what of the records is for training, validation and test; null for all to train'),
    openSet: splitOptions.openSet,
    ...imageOptions,
  })
  .refine(({ rec, pairs }) => rec !== null || pairs !== null, { error: 'give `rec`, or `pairs`, or both' });

export default definePlugin({
  kind: 'dataset',
  name: 'record-io',
  summary:
    'MXNet .rec/.idx files and .bin verification sets, as MS1MV2, Glint360K, LFW and AgeDB-30 are passed around.',
  framework: '^0.1.0',
  schema,
  files: async ({ rec, idx }, from): Promise<Record<string, string[]>> =>
    typeof rec === 'string' && idx === null ? { idx: [path.resolve(from, indexOf(rec))] } : {},
  create: async (options, context) => imageDataset(await recordIo(options, context), context),
  inspect: async (options, context) => inspectImages(await recordIo(options, context)),
});

export type RecordIoOptions = z.output<typeof schema>;
