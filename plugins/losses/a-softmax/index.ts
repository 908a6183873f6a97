import { definePlugin, z } from 'ablate-ml';
import { aSoftmax } from './a-softmax.ts';

/** SphereFace: a margin that multiplies the angle. */
export default definePlugin({
  kind: 'loss',
  name: 'a-softmax',
  summary: 'Multiplicative margin in the angle (SphereFace, Liu et al., CVPR 2017)',
  framework: '^0.1.0',
  schema: z
    .strictObject({
      m: z
        .number()
        .min(1, 'm multiplies an angle: at 1 there is no margin, and less is none')
        .default(4)
        .describe('multiple of the target angle'),
      variant: z
        .enum(['sphereface', 'sphereface-r-v2'])
        .default('sphereface')
        .describe('`sphereface`: ψ(θ) on the target; `sphereface-r-v2`: cos(θ_j / m) on the other classes, without λ'),
      lambdaBase: z
        .number()
        .min(0, 'lambdaBase cannot be negative')
        .default(1000)
        .describe('λ at the start: the share of the plain cosine'),
      gamma: z.number().min(0, 'gamma cannot be negative').default(0.12).describe('how fast λ falls'),
      power: z.number().min(0, 'power cannot be negative').default(1).describe('exponent of the fall of λ'),
      lambdaMin: z.number().min(0, 'lambdaMin cannot be negative').default(5).describe('where λ stops falling'),
      s: z
        .union([z.literal('norm'), z.number().positive('s scales the logits and must be greater than 0')])
        .default('norm')
        .describe(
          'scale of the logits: `norm`, the norm of the embedding, or a number, the hard normalization of SphereFace-R',
        ),
      gradient: z
        .enum(['exact', 'straight-through'])
        .default('exact')
        .describe(
          '`straight-through`: the margin counts in the value and not in the gradient, as in code that adds it without recording',
        ),
    })
    .refine(({ m, variant }) => variant !== 'sphereface' || [1, 2, 3, 4].includes(m), {
      path: ['m'],
      message:
        'm must be 1, 2, 3 or 4: ψ(θ) is defined for whole multiples, and 4 is the largest that the paper trains',
    }),
  create: (options) => aSoftmax(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: ({ s }) =>
    s === 'norm'
      ? ['batch-permutation', 'class-permutation']
      : ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
