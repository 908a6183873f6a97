import * as tf from '@tensorflow/tfjs';
import type { Random } from '../../base/random/random.ts';
import { initialBias, initialKernel, type InitialWeights } from './initializers.ts';
import type { Layer } from './layer.ts';
import { padded } from './padded.ts';
import { parameterOf } from './parameter-of.ts';
import { withBias } from './with-bias.ts';

/** Choices of a convolution. */
export interface ConvolutionOptions {
  /** Channels in and out. */
  readonly channels: readonly [inputs: number, outputs: number];
  /** Side of the square kernel in pixels. */
  readonly size: number;
  readonly stride?: number;
  /** A number is rows and columns of zeros on each side, as PyTorch counts them. */
  readonly pad?: 'same' | 'valid' | number;
  readonly bias?: boolean;
  /** Negative slope of the rectifier that follows, for He's rule. */
  readonly slope?: number;
  /** `he` unless given. */
  readonly initial?: InitialWeights;
  /** The initial kernel instead, which the layer takes over. */
  readonly kernel?: tf.Tensor4D;
}

/**
 * Makes the layer `x [batch, height, width, inputs]` → `[batch, height′, width′, outputs]`; the kernel is `[size, size,
 * inputs, outputs]`.
 */
export function convolution(
  name: string,
  options: ConvolutionOptions,
  random: Random,
): Layer<tf.Tensor4D, tf.Tensor4D> {
  const {
    channels: [inputs, outputs],
    size,
    stride = 1,
    pad = 'same',
    slope = 0,
    initial = 'he',
  } = options;
  const fanIn = size * size * inputs;
  const start = options.kernel ?? initialKernel(initial, [size, size, inputs, outputs], fanIn, random, slope);
  const kernel = { ...parameterOf(`${name}/kernel`, start, 'kernel'), fanIn };
  const bias =
    options.bias === false
      ? undefined
      : { ...parameterOf(`${name}/bias`, initialBias(initial, outputs, fanIn, random), 'offset'), fanIn };
  // Without a stride TensorFlow puts the same zeros on both sides, as PyTorch does, and needs no wider copy of x for
  // it.
  const same = pad === 'same' || (stride === 1 && pad === (size - 1) / 2);
  const product = (x: tf.Tensor4D): tf.Tensor4D => {
    const input = typeof pad === 'number' && !same ? padded(x, pad) : x;
    return tf.conv2d(input, kernel.variable, stride, same ? 'same' : 'valid');
  };
  return bias ? withBias(kernel, bias, product) : { parameters: [kernel], apply: product };
}
