import * as tf from '@tensorflow/tfjs';
import { padImage } from './pad-image.ts';
import { spreadApart } from './spread-apart.ts';
import { turnedFilter } from './turned-filter.ts';
import type { WasmKernelFunction } from './wasm-kernel.ts';

interface Attributes {
  inputShape: [number, number, number, number];
  strides: [number, number] | number;
  pad: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * Computes the gradient of a convolution by its input as a convolution with the turned filter, which the backend's fast
 * kernel computes; its own kernel for this gradient takes most of a training step.
 */
export const conv2dBackpropInput: WasmKernelFunction = ({ inputs, attrs, backend }) => {
  const { dy, filter } = inputs as { dy: tf.Tensor4D; filter: tf.Tensor4D };
  const { inputShape, strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
  return tf.tidy(() => {
    const info = tf.backend_util.computeConv2DInfo(
      inputShape,
      filter.shape,
      strides,
      1,
      pad,
      dimRoundingMode,
      false,
      'channelsLast',
    );
    const [height, width] = filter.shape;
    const spread = spreadApart(dy, info.strideHeight, info.strideWidth);
    const top = height - 1 - info.padInfo.top;
    const left = width - 1 - info.padInfo.left;
    const bottom = inputShape[1] + height - 1 - spread.shape[1] - top;
    const right = inputShape[2] + width - 1 - spread.shape[2] - left;
    return tf.conv2d(padImage(spread, [top, bottom, left, right]), turnedFilter(filter, backend), 1, 'valid');
  });
};
