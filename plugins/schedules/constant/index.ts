import { definePlugin, warmupSchema, z } from 'ablate-ml';
import { constant } from './constant.ts';

const schema = z.strictObject({
  rate: z.number().positive().describe('learning rate'),
  warmup: warmupSchema,
});

export default definePlugin({
  kind: 'schedule',
  name: 'constant',
  summary: 'One learning rate throughout.',
  framework: '^0.1.0',
  schema,
  create: (options) => constant(options),
});
