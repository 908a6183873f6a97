import * as tf from '@tensorflow/tfjs';
import type { Layer } from './layer.ts';
import { parameterOf } from './parameter-of.ts';

/** Choices of a batch normalisation. */
export interface BatchNormalisationOptions {
  /** Share of the old running statistics that a step keeps. */
  readonly momentum?: number;
  readonly epsilon?: number;
  /** Whether a gain (γ) and an offset (β) are learned. */
  readonly scale?: boolean;
  readonly center?: boolean;
}

/**
 * Normalises each channel by the batch's mean and (biased) variance in training and by running ones in evaluation
 * (Ioffe and Szegedy, ICML 2015, algorithms 1 and 2); the running variance is unbiased, as PyTorch's. Any rank, channels last.
 */
export function batchNormalisation(name: string, channels: number, options: BatchNormalisationOptions = {}): Layer {
  const { momentum = 0.9, epsilon = 1e-5, scale = true, center = true } = options;
  const gain = scale ? parameterOf(`${name}/gain`, tf.ones([channels]), 'offset') : undefined;
  const offset = center ? parameterOf(`${name}/offset`, tf.zeros([channels]), 'offset') : undefined;
  const mean = parameterOf(`${name}/mean`, tf.zeros([channels]), 'state');
  const variance = parameterOf(`${name}/variance`, tf.ones([channels]), 'state');
  const follow = (running: tf.Variable, value: tf.Tensor): void => {
    running.assign(tf.add(tf.mul(running, momentum), tf.mul(value, 1 - momentum)));
  };
  return {
    parameters: [gain, offset, mean, variance].filter((parameter) => parameter !== undefined),
    apply(x, { training }) {
      let center1d: tf.Tensor = mean.variable;
      let spread: tf.Tensor = variance.variable;
      if (training) {
        const axes = x.shape.map((_, axis) => axis).slice(0, -1);
        const moments = tf.moments(x, axes);
        const count = x.size / channels;
        follow(mean.variable, moments.mean);
        follow(variance.variable, tf.mul(moments.variance, count / Math.max(1, count - 1)));
        center1d = moments.mean;
        spread = moments.variance;
      }
      const inverse = tf.rsqrt(tf.add(spread, epsilon));
      const factor = gain ? tf.mul(inverse, gain.variable) : inverse;
      const scaled = tf.mul(tf.sub(x, center1d), factor);
      return offset ? tf.add(scaled, offset.variable) : scaled;
    },
  };
}
