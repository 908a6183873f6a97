// Convolutions that Ablate's kernels must compute as the native library does, in each kind of vector.
import * as tf from '@tensorflow/tfjs';
import { traceKernels } from '../../runs/profile/trace-kernels.ts';
import { nativeBackend, type OperationAttribute } from './native-backend.ts';

/**
 * [batch, height, width, inputs, outputs, kernel, stride, border]: the first layer, wide and narrow maps, strides, odd
 * sides, single images.
 */
export const convolutionCases = [
  [3, 28, 28, 1, 32, 5, 1, 'same'],
  [9, 14, 14, 32, 64, 5, 1, 'same'],
  [2, 9, 7, 3, 32, 3, 2, 'same'],
  [2, 9, 7, 32, 32, 3, 1, 'valid'],
  [5, 2, 2, 64, 96, 3, 1, 'same'],
  [4, 8, 8, 32, 64, 3, 2, 'valid'],
  [4, 8, 8, 32, 64, 1, 2, 'valid'],
  [1, 30, 31, 32, 32, 3, 1, 'same'],
  [4, 4, 4, 32, 64, 1, 1, 'same'],
  [2, 17, 17, 1, 64, 7, 2, 'valid'],
  [2, 9, 11, 32, 32, 3, 2, 'same'],
  [2, 10, 9, 32, 32, 5, 3, 'same'],
  [2, 10, 9, 32, 32, 4, 2, 'valid'],
  [2, 10, 9, 32, 32, 2, 3, 'valid'],
  [31, 8, 8, 64, 256, 3, 1, 'same'],
  [8, 2, 2, 64, 96, 3, 1, 'same'],
  [9, 5, 6, 32, 64, 3, 2, 'same'],
  [9, 7, 8, 32, 32, 5, 3, 'valid'],
  [12, 1, 1, 32, 32, 3, 1, 'same'],
  [8, 2, 3, 32, 32, 5, 2, 'same'],
  [15, 4, 4, 32, 64, 1, 2, 'valid'],
] as const;

/** One of `convolutionCases`. */
export type ConvolutionCase = (typeof convolutionCases)[number];

/** A convolution and its gradients beside those that the library computes. */
export interface Comparison {
  /** Largest difference, as a share of the library's largest value. */
  readonly apart: Readonly<Record<'value' | 'inputGradient' | 'weightGradient', number>>;
  /** Operations that computed it. */
  readonly names: readonly string[];
  /** Tensors that stayed behind. */
  readonly leaked: number;
}

const seeded = (shape: number[], seed: number): tf.Tensor4D =>
  tf.randomNormal(shape as tf.Tensor4D['shape'], 0, 1, 'float32', seed);

/** Computes a case by TensorFlow.js's own functions, as plugins do, and by the library's operations. */
export function compareWithLibrary([
  batch,
  height,
  width,
  inputs,
  outputs,
  size,
  stride,
  pad,
]: ConvolutionCase): Comparison {
  const { binding } = nativeBackend();
  const attributes: OperationAttribute[] = [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'strides', type: binding.TF_ATTR_INT, value: [1, stride, stride, 1] },
    { name: 'dilations', type: binding.TF_ATTR_INT, value: [1, 1, 1, 1] },
    { name: 'padding', type: binding.TF_ATTR_STRING, value: pad.toUpperCase() },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'use_cudnn_on_gpu', type: binding.TF_ATTR_BOOL, value: true },
  ];
  const library = (name: string, given: tf.Tensor[]): tf.Tensor =>
    nativeBackend().executeSingleOutput(name, attributes, given);
  const names = new Set<string>();
  const before = tf.memory().numTensors;
  const apart = tf.tidy(() => {
    const [x, weights] = [seeded([batch, height, width, inputs], 1), seeded([size, size, inputs, outputs], 2)];
    const value = library('Conv2D', [x, weights]);
    const dy = seeded(value.shape, 3);
    const stop = traceKernels((name) => names.add(name));
    const found = [
      tf.conv2d(x, weights, stride, pad),
      ...tf.grads((...[image, kernel]) =>
        tf.sum(tf.mul(tf.conv2d(image as tf.Tensor4D, kernel as tf.Tensor4D, stride, pad), dy)),
      )([x, weights]),
    ];
    stop();
    const wanted = [
      value,
      library('Conv2DBackpropInput', [tf.tensor1d(x.shape, 'int32'), weights, dy]),
      library('Conv2DBackpropFilter', [x, tf.tensor1d(weights.shape, 'int32'), dy]),
    ];
    const [one, two, three] = found.map((own, index) => shareApart(own, wanted[index]!)) as [number, number, number];
    return { value: one, inputGradient: two, weightGradient: three };
  });
  return { apart, names: [...names], leaked: tf.memory().numTensors - before };
}

/** Infinite where the shapes differ. */
function shareApart(own: tf.Tensor, wanted: tf.Tensor): number {
  if (!tf.util.arraysEqual(own.shape, wanted.shape)) return Number.POSITIVE_INFINITY;
  return own.sub(wanted).abs().max().dataSync()[0]! / wanted.abs().max().dataSync()[0]!;
}
