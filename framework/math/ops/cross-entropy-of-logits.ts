import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from './custom-gradient.ts';

/**
 * Computes −ln softmax(logits)[target] by row, with the gradient softmax(logits) − onehot(target) written out: half the
 * operations of differentiating through log-softmax.
 *
 * @param logits `[batch, columns]` float32
 * @param target int32 `[batch]`, the column of each row's own class
 * @returns `[batch]`
 */
export function crossEntropyOfLogits(logits: tf.Tensor2D, target: tf.Tensor1D): tf.Tensor1D {
  return customGradient([logits], (values) => {
    const logProbability = tf.logSoftmax(values);
    const mask = tf.oneHot(target, logits.shape[1], 1, 0, 'float32');
    return differentiated({
      value: tf.neg(tf.sum(tf.mul(logProbability, mask), 1)) as tf.Tensor1D,
      saved: [logProbability, mask],
      gradient: (dy, [keptLog, keptMask]) => tf.mul(tf.sub(tf.exp(keptLog), keptMask), tf.expandDims(dy, 1)),
    });
  });
}
