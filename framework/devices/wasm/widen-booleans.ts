import * as tf from '@tensorflow/tfjs';
import { registerWasmKernel, type WasmKernelFunction } from './wasm-kernel.ts';

/**
 * Lets a kernel of the backend work on integers where it is given booleans. Some write four bytes for every boolean
 * into memory that holds one, and so over whatever lies behind it.
 *
 * @param values the inputs whose type the output has
 */
export function widenBooleans(kernelName: string, values: readonly string[]): void {
  const own = tf.getKernel(kernelName, 'wasm').kernelFunc as unknown as WasmKernelFunction;
  registerWasmKernel(kernelName, (given) => {
    if (given.inputs[values[0]!]!.dtype !== 'bool') return own(given);
    return tf.tidy(() => {
      const wide = Object.fromEntries(values.map((name) => [name, tf.cast(given.inputs[name]!, 'int32')]));
      const result = tf.engine().makeTensorFromTensorInfo(own({ ...given, inputs: { ...given.inputs, ...wide } }));
      return tf.cast(result, 'bool');
    });
  });
}
