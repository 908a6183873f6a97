import * as tf from '@tensorflow/tfjs';
import { registerWasmKernel, type WasmKernelFunction } from './wasm-kernel.ts';

/**
 * Registers sums or means over the first axes, `[rows…, columns…]` → `[columns…]`, in one pass. The backend's own
 * kernels transpose the whole tensor first, which for the gradient of a bias costs more than the convolution's own
 * share of a small net.
 */
export function sumOfRows(kernelName: 'Sum' | 'Mean'): void {
  const own = tf.getKernel(kernelName, 'wasm').kernelFunc as unknown as WasmKernelFunction;
  registerWasmKernel(kernelName, (given) => {
    const x = given.inputs.x!;
    const { axis, keepDims } = given.attrs as { axis: number | number[] | undefined; keepDims?: boolean };
    const axes = tf.util.parseAxisParam(axis ?? x.shape.map((_, index) => index), x.shape).sort((a, b) => a - b);
    const leading = axes.length > 0 && axes.length < x.rank && axes.every((value, index) => value === index);
    if (x.dtype !== 'float32' || !leading || x.size === 0) return own(given);
    const kept = x.shape.slice(axes.length);
    const columns = tf.util.sizeFromShape(kept);
    const rows = x.size / columns;
    const { backend } = given;
    const result = backend.makeOutput(keepDims ? [...axes.map(() => 1), ...kept] : kept, 'float32');
    const values = backend.typedArrayFromHeap(x);
    const sums = new Float64Array(columns);
    for (let row = 0, at = 0; row < rows; row++)
      for (let column = 0; column < columns; column++, at++) sums[column]! += values[at]!;
    if (kernelName === 'Mean') for (let column = 0; column < columns; column++) sums[column]! /= rows;
    backend.typedArrayFromHeap(result).set(sums);
    return result;
  });
}
