import * as tf from '@tensorflow/tfjs';
import { padImage } from './pad-image.ts';
import type { WasmKernelFunction } from './wasm-kernel.ts';

interface Attributes {
  filterShape: [number, number, number, number];
  strides: [number, number] | number;
  pad: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * The gradient of a convolution by its filter, which the wasm backend lacks, as another convolution: the images are the channels,
 * the gradient is the filter, and the stride of the forward pass is the dilation of this one.
 */
export const conv2dBackpropFilter: WasmKernelFunction = ({ inputs, attrs }) => {
  const { x, dy } = inputs as { x: tf.Tensor4D; dy: tf.Tensor4D };
  const { filterShape, strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
  return tf.tidy(() => {
    const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode, false, 'channelsLast');
    const { top, bottom, left, right } = info.padInfo;
    const images = tf.transpose(padImage(x, [top, bottom, left, right]), [3, 1, 2, 0]);
    const filter = tf.transpose(dy, [1, 2, 0, 3]);
    const wide = tf.conv2d(images, filter, 1, 'valid', 'NHWC', [info.strideHeight, info.strideWidth]);
    // Where the stride does not divide the image, rows and columns remain that no window of the forward pass reached.
    const [height, width, inChannels, outChannels] = filterShape;
    const exact = tf.slice(wide, [0, 0, 0, 0], [inChannels, height, width, outChannels]);
    return tf.transpose(exact, [1, 2, 0, 3]);
  });
};
