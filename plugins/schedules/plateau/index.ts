import { definePlugin, warmupSchema, z } from 'ablate-ml';
import { plateau } from './plateau.ts';

const schema = z.strictObject({
  rate: z.number().positive().describe('learning rate at the start'),
  metric: z
    .string()
    .startsWith('validation/', 'a metric of validation, e.g. validation/accuracy')
    .describe('what is watched, e.g. `validation/accuracy`'),
  mode: z.enum(['max', 'min']).default('max').describe('whether more of it is better, or less'),
  factor: z.number().positive().lt(1).default(0.1).describe('what the rate is multiplied by'),
  patience: z.int().min(0).default(10).describe('validations without a gain that are let pass'),
  threshold: z.number().min(0).default(0.0001).describe('least gain that counts'),
  thresholdMode: z
    .enum(['relative', 'absolute'])
    .default('relative')
    .describe('whether the gain is a share of the best'),
  cooldown: z.int().min(0).default(0).describe('validations after a fall that are not counted'),
  minRate: z.number().min(0).default(0).describe('learning rate below which it never falls'),
  warmup: warmupSchema,
});

export default definePlugin({
  kind: 'schedule',
  name: 'plateau',
  summary: 'The learning rate falls where validation does not get better any more.',
  framework: '^0.1.0',
  schema,
  create: (options) => plateau(options),
});
