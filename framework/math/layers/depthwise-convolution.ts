import * as tf from '@tensorflow/tfjs';
import type { Random } from '../../base/random/random.ts';
import { heNormal } from './initializers.ts';
import type { Layer } from './layer.ts';
import { padded } from './padded.ts';
import { parameterOf } from './parameter-of.ts';
import { withBias } from './with-bias.ts';

/** Choices of a depthwise convolution. */
export interface DepthwiseConvolutionOptions {
  readonly channels: number;
  /** Height and width of the kernel in pixels. */
  readonly size: readonly [height: number, width: number];
  readonly stride?: number;
  /** Rows and columns of zeros on each side, or TensorFlow's `same`: by the input's size, more behind than before. */
  readonly pad?: number | 'same';
  readonly bias?: boolean;
}

/**
 * Makes the layer that convolves each channel by a kernel of its own, without bias unless it is asked for: `[batch,
 * height, width, channels]`; the kernel is `[height, width, channels, 1]`.
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
  const fanIn = height * width;
  const start = heNormal([height, width, channels, 1], fanIn, random);
  const kernel = { ...parameterOf(`${name}/kernel`, start, 'kernel'), fanIn };
  const product = (x: tf.Tensor4D): tf.Tensor4D =>
    tf.depthwiseConv2d(pad === 'same' ? x : padded(x, pad), kernel.variable, stride, pad === 'same' ? 'same' : 'valid');
  if (!options.bias) return { parameters: [kernel], apply: product };
  const bias = { ...parameterOf(`${name}/bias`, tf.zeros<tf.Rank.R1>([channels]), 'offset'), fanIn };
  return withBias(kernel, bias, product);
}
