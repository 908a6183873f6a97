import { tf, z, type Scores } from 'ablate-ml';
import {
  classificationOptions,
  type ClassificationOptionsOf,
  angleOf,
  classificationLoss,
  multipliedAngle,
  replaceTarget,
  rowNorms,
  straightThrough,
  targetCosine,
  type AnnealedAngle,
  type ClassificationLoss,
} from 'ablate-ml/losses';

export const options = z
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
    ...classificationOptions,
  })
  .refine(({ m, variant }) => variant !== 'sphereface' || [1, 2, 3, 4].includes(m), {
    path: ['m'],
    message: 'm must be 1, 2, 3 or 4: ψ(θ) is defined for whole multiples, and 4 is the largest that the paper trains',
  });

/** Options of A-Softmax. */
export type ASoftmaxOptions = ClassificationOptionsOf<z.output<typeof options>>;

/**
 * Makes A-Softmax, SphereFace (Liu et al., CVPR 2017, eq. 7), and SphereFace-R v2 (Liu et al., TPAMI 2022): a margin
 * that multiplies the angle.
 */
export function aSoftmax(options: ASoftmaxOptions): ClassificationLoss {
  return classificationLoss((scores, { embedding, step }) => {
    const margined =
      options.variant === 'sphereface' ? spherefaceCosines(scores, step, options) : othersNearer(scores, options.m);
    const cosines = options.gradient === 'exact' ? margined : straightThrough(scores.values, margined);
    return tf.mul(cosines, options.s === 'norm' ? tf.expandDims(rowNorms(embedding), 1) : options.s);
  }, options);
}

/** (λ cosθ + ψ(θ)) / (1 + λ) on the target, with λ annealed by the step; the other cosines as they are. */
function spherefaceCosines(scores: Scores, step: number, options: AnnealedAngle): tf.Tensor2D {
  return replaceTarget(scores.values, scores.target, multipliedAngle(targetCosine(scores), step, options));
}

/** SphereFace-R v2: instead of a wider target angle mθ_y, the other angles θ_j / m. */
function othersNearer(scores: Scores, m: number): tf.Tensor2D {
  return replaceTarget(tf.cos(tf.div(angleOf(scores.values), m)) as tf.Tensor2D, scores.target, targetCosine(scores));
}
