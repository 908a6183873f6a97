import { definePlugin, warmupSchema, z } from 'ablate-ml';
import { linear } from './linear.ts';

const schema = z.strictObject({
  rate: z.number().positive().describe('learning rate at the start, after the warm-up'),
  finalRate: z.number().min(0).default(0).describe('learning rate that the end of training approaches'),
  warmup: warmupSchema,
});

export default definePlugin({
  kind: 'schedule',
  name: 'linear',
  summary: 'The learning rate goes in a straight line to the end of training.',
  framework: '^0.1.0',
  schema,
  create: (options) => linear(options),
});
