import {
  angularMargin,
  classificationLoss,
  replaceTarget,
  rowNorms,
  targetCosine,
  tf,
  type ClassificationLoss,
} from 'ablate-ml';

/** Options of MagFace. */
export interface MagfaceOptions {
  /** Scale of the logits. */
  readonly s: number;
  /** Magnitudes are clipped to [la, ua]. */
  readonly la: number;
  readonly ua: number;
  /** Margin in radians at magnitude `la` and `ua`. */
  readonly lMargin: number;
  readonly uMargin: number;
  /** λ_g, weight of the magnitude's regularizer. */
  readonly lambdaG: number;
  /** The margin only where cosθ > 0, as the authors' code has it. */
  readonly easyMargin: boolean;
}

/**
 * MagFace (Meng et al., CVPR 2021, eq. 3): ArcFace with a margin m(a) that grows with the embedding's magnitude a =
 * ‖x‖, and λ_g times the mean of g(a) = 1/a + a/ua², which draws magnitudes upwards. Differentiable through a in both.
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
  });
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
