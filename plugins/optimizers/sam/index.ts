import { definePlugin, innerUseSchema, z } from 'ablate-ml';
import { sam } from './sam.ts';

const schema = z.strictObject({
  around: innerUseSchema
    .default('sgd')
    .describe('the optimizer that takes the steps: a name, or a name with its options'),
  radius: z.number().positive().default(0.05).describe('length of the way uphill (ρ)'),
  adaptive: z
    .boolean()
    .default(false)
    .describe('measures the way in units of each weight, so that no rescaling of layers matters (ASAM)'),
});

export default definePlugin({
  kind: 'optimizer',
  name: 'sam',
  summary: 'Sharpness-aware minimization around another optimizer: the gradient of the worst point nearby.',
  framework: '^0.1.0',
  schema,
  inner: ({ around }) => [around],
  create: (options, context) => sam(options, context),
});
