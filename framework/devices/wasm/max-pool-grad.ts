import { backend_util, type Tensor4D } from '@tensorflow/tfjs';
import type { WasmKernelFunction } from './wasm-kernel.ts';

/**
 * Computes the gradient of a max pool: each window's gradient goes to its first maximum. The backend's own kernel
 * starts its search at 0 and gives windows whose maximum is negative none.
 */
export const maxPoolGrad: WasmKernelFunction = ({ inputs, attrs, backend }) => {
  const { dy, input } = inputs as { dy: Tensor4D; input: Tensor4D };
  const { filterSize, strides, pad, dimRoundingMode } = attrs as {
    filterSize: [number, number];
    strides: [number, number];
    pad: 'same' | 'valid';
    dimRoundingMode?: 'floor';
  };
  const pool = backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad, dimRoundingMode);
  const { inHeight, inWidth, inChannels: channels } = pool;
  const result = backend.makeOutput(input.shape, 'float32');
  const x = backend.typedArrayFromHeap(input);
  const gradient = backend.typedArrayFromHeap(dy);
  const dx = backend.typedArrayFromHeap(result).fill(0);
  // Channels lie side by side, so each place of a window is looked at for all of them before the next.
  const best = new Float32Array(channels);
  const where = new Int32Array(channels);
  let window = 0;
  for (let image = 0; image < pool.batchSize; image++) {
    for (let row = 0; row < pool.outHeight; row++) {
      const top = row * pool.strideHeight - pool.padInfo.top;
      const [firstRow, lastRow] = [Math.max(0, top), Math.min(inHeight, top + pool.filterHeight)];
      for (let column = 0; column < pool.outWidth; column++) {
        const left = column * pool.strideWidth - pool.padInfo.left;
        const [firstColumn, lastColumn] = [Math.max(0, left), Math.min(inWidth, left + pool.filterWidth)];
        const first = ((image * inHeight + firstRow) * inWidth + firstColumn) * channels;
        for (let channel = 0; channel < channels; channel++) {
          best[channel] = x[first + channel]!;
          where[channel] = first + channel;
        }
        for (let y = firstRow; y < lastRow; y++) {
          let at = ((image * inHeight + y) * inWidth + firstColumn) * channels;
          for (let step = firstColumn; step < lastColumn; step++) {
            for (let channel = 0; channel < channels; channel++, at++) {
              if (x[at]! > best[channel]!) {
                best[channel] = x[at]!;
                where[channel] = at;
              }
            }
          }
        }
        for (let channel = 0; channel < channels; channel++, window++) dx[where[channel]!]! += gradient[window]!;
      }
    }
  }
  return result;
};
