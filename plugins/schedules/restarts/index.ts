import { definePlugin, warmupSchema, z } from 'ablate-ml';
import { restarts } from './restarts.ts';

const schema = z.strictObject({
  rate: z.number().positive().describe('learning rate at the start, after the warm-up'),
  epochs: z.number().positive().describe('length of the first cycle'),
  growth: z.number().min(1).default(1).describe('what each cycle is longer by than the one before'),
  factor: z.number().positive().max(1).default(1).describe('what each restart multiplies the rate by'),
  finalRate: z.number().min(0).default(0).describe('learning rate that the end of a cycle approaches'),
  warmup: warmupSchema,
});

export default definePlugin({
  kind: 'schedule',
  name: 'restarts',
  summary: 'The learning rate falls along half a cosine wave, again and again.',
  framework: '^0.1.0',
  schema,
  create: (options) => restarts(options),
});
