import * as tf from '@tensorflow/tfjs';

/**
 * Adds rows and columns around `[batch, height, width, channels]` (or cuts them, where negative): top, bottom, left,
 * right.
 */
export function padImage(
  image: tf.Tensor4D,
  [top, bottom, left, right]: readonly [number, number, number, number],
): tf.Tensor4D {
  const grow = [top, bottom, left, right].map((side) => Math.max(0, side)) as [number, number, number, number];
  const cut = [top, bottom, left, right].map((side) => Math.max(0, -side)) as [number, number, number, number];
  let result = image;
  if (grow.some((side) => side > 0))
    result = tf.pad(result, [
      [0, 0],
      [grow[0], grow[1]],
      [grow[2], grow[3]],
      [0, 0],
    ]);
  if (cut.every((side) => side === 0)) return result;
  const [batch, height, width, channels] = result.shape;
  return tf.slice(result, [0, cut[0], cut[2], 0], [batch, height - cut[0] - cut[1], width - cut[2] - cut[3], channels]);
}
