import * as tf from '@tensorflow/tfjs';
import { padImage } from './pad-image.ts';
import { spreadApart } from './spread-apart.ts';
import type { WasmKernelFunction } from './wasm-kernel.ts';

/**
 * Computes the gradient of a depthwise convolution by its input, which the backend lacks: the depthwise convolution of
 * the output's gradient with the turned kernel, added up over the kernels of a channel.
 */
export const depthwiseBackpropInput: WasmKernelFunction = ({ inputs, attrs }) => {
  const { dy, filter } = inputs as { dy: tf.Tensor4D; filter: tf.Tensor4D };
  const { inputShape, strides, pad, dimRoundingMode } = attrs as {
    inputShape: [number, number, number, number];
    strides: [number, number];
    pad: 'same' | 'valid' | number;
    dimRoundingMode?: 'floor';
  };
  return tf.tidy(() => {
    const info = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, dimRoundingMode, true);
    const [height, width, channels, multiplier] = filter.shape;
    const turned = tf.reverse(filter, [0, 1]);
    const parts = Array.from({ length: multiplier }, (_, which) => {
      const [batch, outHeight, outWidth] = dy.shape;
      const gradient: tf.Tensor4D =
        multiplier === 1
          ? dy
          : tf.reshape(
              tf.slice(
                tf.reshape(dy, [batch, outHeight, outWidth, channels, multiplier]),
                [0, 0, 0, 0, which],
                [-1, -1, -1, -1, 1],
              ),
              [batch, outHeight, outWidth, channels],
            );
      const kernel = multiplier === 1 ? turned : tf.slice(turned, [0, 0, 0, which], [-1, -1, -1, 1]);
      const spread = spreadApart(gradient, info.strideHeight, info.strideWidth);
      const top = height - 1 - info.padInfo.top;
      const left = width - 1 - info.padInfo.left;
      const bottom = inputShape[1] + height - 1 - spread.shape[1] - top;
      const right = inputShape[2] + width - 1 - spread.shape[2] - left;
      return tf.depthwiseConv2d(padImage(spread, [top, bottom, left, right]), kernel, 1, 'valid');
    });
    return multiplier === 1 ? parts[0]! : tf.addN(parts);
  });
};
