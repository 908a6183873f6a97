import * as tf from '@tensorflow/tfjs';
import { registerWasmKernel, type WasmKernelFunction } from './wasm-kernel.ts';

/**
 * Makes a cast to booleans ask whether a number is 0; the backend's own copies its lowest byte, so that 0.5 and 256
 * become false.
 */
export function castToBoolean(): void {
  const own = tf.getKernel('Cast', 'wasm').kernelFunc as unknown as WasmKernelFunction;
  registerWasmKernel('Cast', (given) => {
    const x = given.inputs.x!;
    if (given.attrs.dtype !== 'bool' || x.dtype === 'bool') return own(given);
    return tf.tidy(() => tf.notEqual(x, tf.scalar(0, x.dtype as 'int32')));
  });
}
