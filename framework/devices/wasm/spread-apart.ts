import * as tf from '@tensorflow/tfjs';

/**
 * Puts zeros between rows and columns, so that a strided convolution's gradient `[batch, height, width, channels]` lies
 * where its windows began.
 */
export function spreadApart(dy: tf.Tensor4D, strideHeight: number, strideWidth: number): tf.Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return dy;
  const [batch, height, width, channels] = dy.shape;
  const cells = tf.pad(tf.reshape(dy, [batch, height, 1, width, 1, channels]), [
    [0, 0],
    [0, 0],
    [0, strideHeight - 1],
    [0, 0],
    [0, strideWidth - 1],
    [0, 0],
  ]);
  const full = tf.reshape(cells, [batch, height * strideHeight, width * strideWidth, channels]) as tf.Tensor4D;
  return tf.slice(
    full,
    [0, 0, 0, 0],
    [batch, (height - 1) * strideHeight + 1, (width - 1) * strideWidth + 1, channels],
  );
}
