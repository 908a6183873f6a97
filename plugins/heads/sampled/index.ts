import { definePlugin, z } from 'ablate-ml';
import { sampled } from './sampled.ts';

const schema = z.strictObject({
  scores: z
    .enum(['cosine', 'linear'])
    .default('cosine')
    .describe('`cosine` for margin losses; `linear`: inner products plus a bias'),
  rate: z
    .number()
    .gt(0, 'rate is the share of the classes that a step plays and lies in (0, 1]')
    .max(1, 'rate is the share of the classes that a step plays and lies in (0, 1]')
    .default(0.1)
    .describe('share of the classes that a step plays'),
  columns: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('how many classes a step plays, instead of a share'),
  unsampled: z
    .enum(['frozen', 'decayed'])
    .default('frozen')
    .describe(
      'rows that a step leaves out stay as they are, or go on with weight decay and momentum as under a gradient of 0',
    ),
  storage: z
    .enum(['device', 'host', 'file'])
    .default('device')
    .describe(
      "where the weights and the optimizer's slots for them lie: on the device, in the machine's memory, in a file of the cache folder",
    ),
  bias: z.boolean().default(true).describe('whether each class has a bias; `scores: linear` only'),
});

export default definePlugin({
  kind: 'head',
  name: 'sampled',
  summary:
    "Class weights of very many classes: each step plays the batch's classes and a sample of the others (Partial FC).",
  framework: '^0.1.0',
  schema,
  gives: ({ scores }) => ({ scores, subCenters: 1 }),
  create: (options, context) => sampled(options, context),
});
