import { tf, z } from 'ablate-ml';
import {
  classificationOptions,
  type ClassificationOptionsOf,
  angularMargin,
  classificationLoss,
  marginOptions,
  replaceTarget,
  rowNorms,
  targetCosine,
  type ClassificationLoss,
} from 'ablate-ml/losses';

export const options = z
  .strictObject({
    s: marginOptions.scale(64).describe('scale of the logits'),
    la: z
      .number()
      .positive('la is a magnitude and must be greater than 0')
      .default(10)
      .describe('smaller magnitudes count as this'),
    ua: z
      .number()
      .positive('ua is a magnitude and must be greater than 0')
      .default(110)
      .describe('larger magnitudes count as this'),
    lMargin: marginOptions.angle('lMargin', 0.45).describe('margin at magnitude `la`, in radians'),
    uMargin: marginOptions.angle('uMargin', 0.8).describe('margin at magnitude `ua`, in radians'),
    lambdaG: z
      .number()
      .min(0, 'lambdaG weighs a regularizer and cannot be negative')
      .default(35)
      .describe('λ_g: weight of the regularizer of the magnitude'),
    easyMargin: z
      .boolean()
      .default(true)
      .describe('the margin only where cosθ > 0, and cosθ elsewhere; otherwise cosθ − m sin m past θ > π − m'),
    ...classificationOptions,
  })
  .refine(({ la, ua }) => la < ua, {
    path: ['ua'],
    message: 'ua must be greater than la: the margin grows from la to ua',
  })
  .refine(({ lMargin, uMargin }) => lMargin <= uMargin, {
    path: ['uMargin'],
    message: 'uMargin cannot be less than lMargin: the margin must not fall as the magnitude grows',
  });

/** Options of MagFace. */
export type MagfaceOptions = ClassificationOptionsOf<z.output<typeof options>>;

/**
 * Makes MagFace (Meng et al., CVPR 2021, eq. 3): ArcFace with a margin m(a) that grows with the embedding's magnitude a
 * = ‖x‖, and λ_g times the mean of g(a) = 1/a + a/ua², which draws magnitudes upwards. Differentiable through a in
 * both.
 */
export function magface(options: MagfaceOptions): ClassificationLoss {
  const magnitude = (embedding: tf.Tensor2D): tf.Tensor1D =>
    tf.clipByValue(rowNorms(embedding), options.la, options.ua);
  const classification = classificationLoss((scores, { embedding }) => {
    const { s, la, ua, lMargin, uMargin, easyMargin } = options;
    const slope = (uMargin - lMargin) / (ua - la);
    const m: tf.Tensor1D = tf.add(tf.mul(slope, tf.sub(magnitude(embedding), la)), lMargin);
    const target = angularMargin(targetCosine(scores), m, { guard: 'linear', easyMargin });
    return tf.mul(s, replaceTarget(scores.values, scores.target, target));
  }, options);
  return {
    ...classification,
    forward(input) {
      const a = magnitude(input.embedding);
      const crossEntropy = classification.forward(input).value;
      const regularizer = tf.mean(tf.add(tf.reciprocal(a), tf.div(a, options.ua ** 2))) as tf.Scalar;
      return {
        value: tf.add(crossEntropy, tf.mul(options.lambdaG, regularizer)),
        parts: { 'cross-entropy': crossEntropy, magnitude: regularizer },
      };
    },
  };
}
