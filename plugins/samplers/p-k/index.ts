import { definePlugin, z } from 'ablate-ml';
import { pK } from './p-k.ts';

const schema = z.strictObject({
  imagesPerClass: z.number().int().min(2).default(4).describe('K, images of each class in a batch'),
  classesPerBatch: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('P, classes in a batch; P × K must equal `train.batch`; null for `train.batch` / K'),
  fewImages: z
    .enum(['refuse', 'oversample'])
    .default('refuse')
    .describe('a class with fewer than K images: `refuse` stops with its name, `oversample` repeats its images'),
});

export default definePlugin({
  kind: 'sampler',
  name: 'p-k',
  summary: 'P classes × K images a batch, for losses that compare images of one class.',
  framework: '^0.1.0',
  schema,
  imagesPerClass: ({ imagesPerClass }) => imagesPerClass,
  classesPerBatch: ({ imagesPerClass, classesPerBatch }, batch) =>
    classesPerBatch ?? Math.floor(batch / imagesPerClass),
  create: (options, context) => pK(options, context),
});
