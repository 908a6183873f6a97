import { tf, type Distance } from 'ablate-ml';

/** Makes the distance minus the inner product, whose similarity is the inner product. */
export function dot(): Distance {
  const similarity = (x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D => tf.matMul(x, y, false, true);
  return { between: (x, y) => tf.neg(similarity(x, y)), similarity };
}
