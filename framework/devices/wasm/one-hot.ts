import type { DataType } from '@tensorflow/tfjs';
import type { WasmKernelFunction } from './wasm-kernel.ts';

/**
 * Makes rows of `depth` columns with `onValue` at each index and `offValue` elsewhere. The backend's own kernel writes
 * integers whatever the type asked for, so that a float row of ones reads as 1.4e-45.
 */
export const oneHot: WasmKernelFunction = ({ inputs, attrs, backend }) => {
  const indices = inputs.indices!;
  const { depth, dtype, onValue, offValue } = attrs as {
    depth: number;
    dtype: DataType;
    onValue: number;
    offValue: number;
  };
  const result = backend.makeOutput([...indices.shape, depth], dtype);
  const columns = backend.typedArrayFromHeap(indices);
  const rows = backend.typedArrayFromHeap(result).fill(offValue);
  for (let row = 0; row < columns.length; row++) {
    const column = columns[row]!;
    if (column >= 0 && column < depth) rows[row * depth + column] = onValue;
  }
  return result;
};
