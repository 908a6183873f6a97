import { definePlugin, innerUseSchema, z } from 'ablate-ml';
import { sequence } from './sequence.ts';

const schema = z
  .strictObject({
    of: z.array(innerUseSchema).min(2).describe('the schedules, one after another: `{linear: {rate: 0.1}}`'),
    at: z.array(z.number().positive()).describe('epochs at which each but the first begins'),
  })
  .refine(({ of, at }) => at.length === of.length - 1, {
    message: 'at has one epoch for each schedule but the first',
    path: ['at'],
  })
  .refine(({ at }) => at.every((epoch, index) => index === 0 || epoch > at[index - 1]!), {
    message: 'the epochs of at rise',
    path: ['at'],
  });

export default definePlugin({
  kind: 'schedule',
  name: 'sequence',
  summary: 'One schedule after another, each from its own beginning.',
  framework: '^0.1.0',
  schema,
  inner: ({ of }) => of,
  create: (options, context) => sequence(options, context),
});
