import * as tf from '@tensorflow/tfjs';
import { registerWasmKernel, type WasmKernelFunction } from './wasm-kernel.ts';

/**
 * Gathers within each item of a batch as one gather from all items laid end to end; the backend's own kernel reads past
 * its memory there.
 */
export function gatherByBatch(): void {
  const own = tf.getKernel('GatherV2', 'wasm').kernelFunc as unknown as WasmKernelFunction;
  registerWasmKernel('GatherV2', (given) => {
    const { x, indices } = given.inputs as { x: tf.Tensor; indices: tf.Tensor };
    const { axis, batchDims } = given.attrs as { axis: number; batchDims: number };
    if (batchDims === 0 || axis !== batchDims) return own(given);
    return tf.tidy(() => {
      const items = tf.util.sizeFromShape(x.shape.slice(0, axis));
      const [length, rest] = [x.shape[axis]!, x.shape.slice(axis + 1)];
      const starts = tf.mul(tf.range(0, items, 1, 'int32'), tf.scalar(length, 'int32'));
      const places = tf.add(tf.reshape(indices, [items, -1]), tf.expandDims(starts, 1));
      const gathered = tf.gather(tf.reshape(x, [items * length, ...rest]), tf.reshape(places, [-1]) as tf.Tensor1D);
      return tf.reshape(gathered, [...indices.shape, ...rest]);
    });
  });
}
