import { definePlugin, warmupSchema, z } from 'ablate-ml';
import { exponential } from './exponential.ts';

const schema = z.strictObject({
  rate: z.number().positive().describe('learning rate at the start, after the warm-up'),
  factor: z.number().positive().max(1).default(0.95).describe('what an epoch multiplies the rate by'),
  smooth: z.boolean().default(false).describe('falls from step to step instead of from epoch to epoch'),
  warmup: warmupSchema,
});

export default definePlugin({
  kind: 'schedule',
  name: 'exponential',
  summary: 'The learning rate is multiplied by a factor after every epoch.',
  framework: '^0.1.0',
  schema,
  create: (options) => exponential(options),
});
