import { definePlugin, z } from 'ablate-ml';
import { classBalanced } from './class-balanced.ts';

const schema = z.strictObject({
  balance: z
    .discriminatedUnion('by', [
      z.strictObject({ by: z.literal('power'), q: z.number().min(0).max(1).default(0) }),
      z.strictObject({
        by: z.literal('effective-number'),
        beta: z.number().min(0).lt(1, 'beta must stay below 1').default(0.9999),
      }),
    ])
    .default({ by: 'power', q: 0 })
    .describe(
      '`{by: power, q}`: a class comes up by nᵠ, 0 for all alike, 0.5 for the square root, 1 for as often as it has images; `{by: effective-number, beta}`: each image by (1 − β)/(1 − βⁿ)',
    ),
  from: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(
      'epoch from which classes are balanced (deferred re-sampling); before, they come up by their numbers of images',
    ),
  over: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('epochs over which the balance comes in little by little from `from` on; 0 for at once'),
});

export default definePlugin({
  kind: 'sampler',
  name: 'class-balanced',
  summary: 'Classes of a long tail drawn evenly, by a power of their numbers of images, or by their effective number.',
  framework: '^0.1.0',
  schema,
  create: (options, context) => classBalanced(options, context),
});
