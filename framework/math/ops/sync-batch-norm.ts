import * as tf from '@tensorflow/tfjs';
import type { Ranks } from '../../contracts/ranks.ts';
import type { BatchNorm, BatchNormInput } from './batch-norm.ts';
import { customGradient, differentiated } from './custom-gradient.ts';
import { ops } from './ops.ts';
import { rectify } from './rectify.ts';
import { withoutGradient } from './without-gradient.ts';

/**
 * Normalizes by the statistics of the batches of all ranks, which are as large as this one: what
 * `ops.batchNorm` gives of the whole. One exchange of two numbers a channel on the way there, and one on the way back;
 * the gradients of gain and offset are this rank's part of the whole.
 */
export function syncBatchNorm<T extends tf.Tensor>(
  x: T,
  { gain, offset, mean, variance, momentum, epsilon, slope }: BatchNormInput,
  ranks: Ranks,
): BatchNorm<T> {
  const channels = x.shape.at(-1)!;
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const count = (x.size / channels) * ranks.size;
  // [2, channels]: the mean of all, and the mean of the variances and of the squared distances of the means from it.
  const found = withoutGradient(() => {
    const own = tf.moments(x, axes);
    const [means, variances] = tf.unstack(
      tf.reshape(ranks.gather(tf.stack([own.mean, own.variance])), [ranks.size, 2, channels]),
      1,
    );
    const all = tf.mean(means!, 0, true);
    const spread = tf.mean(tf.add(variances!, tf.square(tf.sub(means!, all))), 0, true);
    return tf.concat([all, spread]);
  });
  const [batchMean, batchVariance] = tf.unstack(found) as [tf.Tensor1D, tf.Tensor1D];
  const factors = [gain ?? tf.ones([channels]), offset ?? tf.zeros([channels])] as const;
  const value = customGradient([x, ...factors], (input, scale, shift) => {
    const inverse = tf.rsqrt(tf.add(batchVariance, epsilon));
    const normalized = tf.mul(tf.sub(input, batchMean), inverse);
    return differentiated({
      value: tf.add(tf.mul(normalized, scale), shift) as T,
      saved: [normalized, inverse, scale],
      gradient: (dy, [kept, keptInverse, keptScale]) => {
        const own = tf.stack([tf.sum(tf.mul(dy, kept), axes), tf.sum(dy, axes)]);
        const [ofScale, ofShift] = tf.unstack(tf.div(ranks.sum(own), count));
        const [ownScale, ownShift] = tf.unstack(own);
        const centered = tf.sub(tf.sub(dy, ofShift!), tf.mul(kept, ofScale!));
        return [tf.mul(centered, tf.mul(keptScale, keptInverse)), ownScale!, ownShift!];
      },
    });
  });
  const follow = (running: tf.Tensor1D, next: tf.Tensor): tf.Tensor1D =>
    tf.add(tf.mul(running, momentum), tf.mul(next, 1 - momentum));
  return {
    value: rectify(value, slope, ops),
    mean: follow(mean, batchMean),
    variance: follow(variance, tf.mul(batchVariance, count / Math.max(1, count - 1))),
  };
}
