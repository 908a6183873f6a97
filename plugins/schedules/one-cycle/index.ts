import { definePlugin, z } from 'ablate-ml';
import { oneCycle } from './one-cycle.ts';

const schema = z.strictObject({
  rate: z.number().positive().describe('learning rate at the peak'),
  rise: z.number().gt(0).lt(1).default(0.3).describe('share of the steps until the peak'),
  initialDivisor: z.number().min(1).default(25).describe('what the peak is divided by at the start'),
  finalDivisor: z.number().min(1).default(10000).describe('what the start is divided by at the end'),
  shape: z.enum(['cosine', 'linear']).default('cosine').describe('of rise and fall'),
});

export default definePlugin({
  kind: 'schedule',
  name: 'one-cycle',
  summary: 'The learning rate rises to a peak and falls far below its start.',
  framework: '^0.1.0',
  schema,
  create: (options) => oneCycle(options),
});
