import { definePlugin } from 'ablate-ml';
import { options, pK } from './p-k.ts';

export default definePlugin({
  kind: 'sampler',
  name: 'p-k',
  summary: 'P classes × K images a batch, for losses that compare images of one class.',
  framework: '^0.1.0',
  schema: options,
  columns: ({ within, distinct }) => ({
    ...(within && { [typeof within === 'string' ? within : within.column]: 'label' as const }),
    ...(distinct && { [distinct]: 'label' as const }),
  }),
  imagesPerClass: ({ imagesPerClass }) => imagesPerClass,
  classesPerBatch: ({ imagesPerClass, classesPerBatch }, batch) =>
    classesPerBatch ?? Math.floor(batch / imagesPerClass),
  create: (options, context) => pK(options, context),
});
