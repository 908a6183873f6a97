import * as tf from '@tensorflow/tfjs';
import { padImage } from './pad-image.ts';
import type { WasmBackend, WasmKernelFunction } from './wasm-kernel.ts';

interface Attributes {
  filterShape: [number, number, number, number];
  strides: [number, number] | number;
  pad: 'same' | 'valid' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** Up to so many channels, of the images themselves, the convolution below has too little to do at each place. */
const FEW_CHANNELS = 4;

/**
 * Computes the gradient of a convolution by its filter, which the wasm backend lacks, as another convolution: the
 * images are the channels, the gradient is the filter, and the stride of the forward pass is the dilation of this one.
 */
export const conv2dBackpropFilter: WasmKernelFunction = ({ inputs, attrs, backend }) => {
  const { x, dy } = inputs as { x: tf.Tensor4D; dy: tf.Tensor4D };
  const { filterShape, strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
  return tf.tidy(() => {
    const info = tf.backend_util.computeConv2DInfo(
      x.shape,
      filterShape,
      strides,
      1,
      pad,
      dimRoundingMode,
      false,
      'channelsLast',
    );
    if (info.inChannels <= FEW_CHANNELS) return byColumns(x, dy, info, backend);
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

/** The same as one product: what each weight of the filter saw, by what came of it. */
function byColumns(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  info: tf.backend_util.Conv2DInfo,
  backend: WasmBackend,
): tf.Tensor4D {
  const {
    batchSize,
    inHeight,
    inWidth,
    inChannels,
    outHeight,
    outWidth,
    outChannels,
    filterHeight,
    filterWidth,
    strideHeight,
    strideWidth,
    padInfo,
  } = info;
  const places = batchSize * outHeight * outWidth;
  const seen = backend.makeOutput([filterHeight * filterWidth * inChannels, places], 'float32');
  const pixels = backend.typedArrayFromHeap(x);
  const values = backend.typedArrayFromHeap(seen);
  let at = 0;
  for (let y = 0; y < filterHeight; y++)
    for (let step = 0; step < filterWidth; step++)
      for (let channel = 0; channel < inChannels; channel++) {
        for (let image = 0; image < batchSize; image++)
          for (let row = 0; row < outHeight; row++) {
            const inRow = row * strideHeight - padInfo.top + y;
            const inside = inRow >= 0 && inRow < inHeight;
            const line = (image * inHeight + inRow) * inWidth * inChannels + channel;
            for (let column = 0; column < outWidth; column++, at++) {
              const inColumn = column * strideWidth - padInfo.left + step;
              values[at] = inside && inColumn >= 0 && inColumn < inWidth ? pixels[line + inColumn * inChannels]! : 0;
            }
          }
      }
  const matrix = tf.engine().makeTensorFromTensorInfo(seen) as tf.Tensor2D;
  return tf.reshape(tf.matMul(matrix, tf.reshape(dy, [places, outChannels])), [
    filterHeight,
    filterWidth,
    inChannels,
    outChannels,
  ]);
}
