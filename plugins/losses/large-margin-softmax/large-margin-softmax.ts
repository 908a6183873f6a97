import { tf, withoutGradient, z } from 'ablate-ml';
import {
  classificationOptions,
  classificationLoss,
  multipliedAngle,
  replaceTarget,
  rowNorms,
  targetCosine,
  type ClassificationLoss,
} from 'ablate-ml/losses';

const annealing = (name: string, initial: number, of: string): z.ZodDefault<z.ZodNumber> =>
  z.number().min(0, `${name} anneals the margin and cannot be negative`).default(initial).describe(of);

export const options = z.strictObject({
  m: z
    .int('m multiplies the angle and is a whole number from 1 to 4')
    .min(1, 'm multiplies the angle and is a whole number from 1 to 4')
    .max(4, 'm multiplies the angle and is a whole number from 1 to 4')
    .default(4)
    .describe('multiple of the target angle'),
  lambdaBase: annealing('lambdaBase', 1000, 'λ at the start: the share of the plain cosine'),
  gamma: annealing('gamma', 0.12, 'how fast λ falls'),
  power: annealing('power', 1, 'exponent of the fall'),
  lambdaMin: annealing('lambdaMin', 5, 'where λ stops falling'),
  ...classificationOptions,
});

/** Options of the large-margin softmax. */
export type LargeMarginSoftmaxOptions = z.output<typeof options>;

/**
 * Computes the large-margin softmax (Liu, Wen, Yu, Yang, ICML 2016, eq. 4 to 7): cross-entropy over w_j·x whose target
 * logit is ‖w_y‖‖x‖ (λ cosθ + ψ(θ)) / (1 + λ), ψ(θ) = (−1)^k cos(mθ) − 2k.
 */
export function largeMarginSoftmax(options: LargeMarginSoftmaxOptions): ClassificationLoss {
  return classificationLoss((scores, { embedding, step }) => {
    const { target, bias } = scores;
    const norms = tf.gather(scores.weightNorms!(), target);
    const values = scores.product ?? scores.values;
    const length: tf.Tensor1D = tf.mul(norms, rowNorms(embedding));
    // An embedding of zeros has cosine 0.
    const zero = withoutGradient(() => tf.cast(tf.equal(length, 0), 'float32'));
    const cosine: tf.Tensor1D = tf.div(targetCosine({ ...scores, values }), tf.add(length, zero));
    const logits = replaceTarget(values, target, tf.mul(length, multipliedAngle(cosine, step, options)));
    return bias ? tf.add(logits, bias) : logits;
  }, options);
}
