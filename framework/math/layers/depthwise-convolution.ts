import * as tf from '@tensorflow/tfjs';
import type { Random } from '../../base/random/random.ts';
import { heNormal } from './initializers.ts';
import type { Layer } from './layer.ts';
import { padded } from './padded.ts';
import { parameterOf } from './parameter-of.ts';

/** Choices of a depthwise convolution. */
export interface DepthwiseConvolutionOptions {
  readonly channels: number;
  /** Height and width of the kernel in pixels. */
  readonly size: readonly [height: number, width: number];
  readonly stride?: number;
  /** Rows and columns of zeros on each side. */
  readonly pad?: number;
}

/**
 * Each channel by a kernel of its own, without bias: `[batch, height, width, channels]`; the kernel is `[height, width,
 * channels, 1]`.
 */
export function depthwiseConvolution(
  name: string,
  options: DepthwiseConvolutionOptions,
  random: Random,
): Layer<tf.Tensor4D, tf.Tensor4D> {
  const {
    channels,
    size: [height, width],
    stride = 1,
    pad = 0,
  } = options;
  const kernel = parameterOf(
    `${name}/kernel`,
    heNormal([height, width, channels, 1], height * width, random),
    'kernel',
  );
  return {
    parameters: [kernel],
    apply: (x) => tf.depthwiseConv2d(padded(x, pad), kernel.variable, stride, 'valid'),
  };
}
