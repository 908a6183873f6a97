import * as tf from '@tensorflow/tfjs';
import { padImage } from './pad-image.ts';
import type { WasmKernelFunction } from './wasm-kernel.ts';

interface Attributes {
  inputShape: [number, number, number, number];
  strides: [number, number] | number;
  pad: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/**
 * The gradient of a convolution by its input as a convolution with the turned filter, which the backend's fast kernel computes;
 * its own kernel for this gradient takes most of a training step.
 */
export const conv2dBackpropInput: WasmKernelFunction = ({ inputs, attrs }) => {
  const { dy, filter } = inputs as { dy: tf.Tensor4D; filter: tf.Tensor4D };
  const { inputShape, strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
  return tf.tidy(() => {
    const info = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, dimRoundingMode, false, 'channelsLast');
    const [height, width] = filter.shape;
    const spread = spreadApart(dy, info.strideHeight, info.strideWidth);
    const top = height - 1 - info.padInfo.top;
    const left = width - 1 - info.padInfo.left;
    const bottom = inputShape[1] + height - 1 - spread.shape[1] - top;
    const right = inputShape[2] + width - 1 - spread.shape[2] - left;
    const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    return tf.conv2d(padImage(spread, [top, bottom, left, right]), turned, 1, 'valid');
  });
};

/** Zeros between rows and columns, so that the strided convolution's gradient lies where its windows began. */
function spreadApart(dy: tf.Tensor4D, strideHeight: number, strideWidth: number): tf.Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return dy;
  const [batch, height, width, channels] = dy.shape;
  const cells = tf.pad(tf.reshape(dy, [batch, height, 1, width, 1, channels]), [[0, 0], [0, 0], [0, strideHeight - 1], [0, 0], [0, strideWidth - 1], [0, 0]]);
  const full = tf.reshape(cells, [batch, height * strideHeight, width * strideWidth, channels]) as tf.Tensor4D;
  return tf.slice(full, [0, 0, 0, 0], [batch, (height - 1) * strideHeight + 1, (width - 1) * strideWidth + 1, channels]);
}
