import { definePlugin, warmupSchema, z } from 'ablate-ml';
import { polynomial } from './polynomial.ts';

const schema = z.strictObject({
  rate: z.number().positive().describe('learning rate at the start, after the warm-up'),
  power: z.number().positive().default(1).describe('of what is left of training'),
  finalRate: z.number().min(0).default(0).describe('learning rate that the end of training approaches'),
  warmup: warmupSchema,
});

export default definePlugin({
  kind: 'schedule',
  name: 'polynomial',
  summary: 'The learning rate falls as a power of what is left of training.',
  framework: '^0.1.0',
  schema,
  create: (options) => polynomial(options),
});
