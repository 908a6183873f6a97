import { definePlugin, innerUseSchema, z } from 'ablate-ml';
import { lookahead } from './lookahead.ts';

const schema = z.strictObject({
  around: innerUseSchema
    .default('adamw')
    .describe('the optimizer that takes the steps: a name, or a name with its options'),
  steps: z.int().min(1).default(6).describe('steps between two synchronizations (k)'),
  share: z.number().min(0).max(1).default(0.5).describe('of the way that the slow weights go (α)'),
});

export default definePlugin({
  kind: 'optimizer',
  name: 'lookahead',
  summary: 'Lookahead around another optimizer: every k steps the weights go back part of the way.',
  framework: '^0.1.0',
  schema,
  inner: ({ around }) => [around],
  create: (options, context) => lookahead(options, context),
});
