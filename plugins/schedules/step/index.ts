import { definePlugin, warmupSchema, z } from 'ablate-ml';
import { step } from './step.ts';

const schema = z.strictObject({
  rate: z.number().positive().describe('learning rate at the start'),
  at: z
    .array(z.number().positive())
    .default([])
    .describe('epochs after which the rate is multiplied by `factor`, each once'),
  factor: z.number().positive().default(0.1).describe('what the rate is multiplied by'),
  warmup: warmupSchema,
});

export default definePlugin({
  kind: 'schedule',
  name: 'step',
  summary: 'The learning rate falls by a factor after given epochs.',
  framework: '^0.1.0',
  schema,
  create: (options) => step(options),
});
