import { backend_util, type Tensor4D } from '@tensorflow/tfjs';
import type { WasmKernelFunction } from './wasm-kernel.ts';

/**
 * Computes the gradient of a depthwise convolution by its kernel `[height, width, channels, multiplier]`, which the
 * backend lacks.
 */
export const depthwiseBackpropFilter: WasmKernelFunction = ({ inputs, attrs, backend }) => {
  const { x, dy } = inputs as { x: Tensor4D; dy: Tensor4D };
  const { filterShape, strides, pad, dimRoundingMode } = attrs as {
    filterShape: [number, number, number, number];
    strides: [number, number];
    pad: 'same' | 'valid' | number;
    dimRoundingMode?: 'floor';
  };
  const info = backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode, true);
  const [height, width, channels, multiplier] = filterShape;
  const result = backend.makeOutput(filterShape, 'float32');
  const pixels = backend.typedArrayFromHeap(x);
  const gradient = backend.typedArrayFromHeap(dy);
  const sums = new Float64Array(height * width * channels * multiplier);
  const outputs = channels * multiplier;
  for (let image = 0; image < info.batchSize; image++) {
    for (let row = 0; row < info.outHeight; row++) {
      for (let column = 0; column < info.outWidth; column++) {
        const from = ((image * info.outHeight + row) * info.outWidth + column) * outputs;
        for (let y = 0; y < height; y++) {
          const inRow = row * info.strideHeight - info.padInfo.top + y;
          if (inRow < 0 || inRow >= info.inHeight) continue;
          for (let step = 0; step < width; step++) {
            const inColumn = column * info.strideWidth - info.padInfo.left + step;
            if (inColumn < 0 || inColumn >= info.inWidth) continue;
            const pixel = ((image * info.inHeight + inRow) * info.inWidth + inColumn) * channels;
            const to = (y * width + step) * outputs;
            if (multiplier === 1)
              for (let channel = 0; channel < channels; channel++)
                sums[to + channel]! += pixels[pixel + channel]! * gradient[from + channel]!;
            else
              for (let output = 0; output < outputs; output++)
                sums[to + output]! += pixels[pixel + Math.floor(output / multiplier)]! * gradient[from + output]!;
          }
        }
      }
    }
  }
  backend.typedArrayFromHeap(result).set(sums);
  return result;
};
