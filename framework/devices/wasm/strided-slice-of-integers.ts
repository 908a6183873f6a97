import * as tf from '@tensorflow/tfjs';
import { registerWasmKernel, type WasmKernelFunction } from './wasm-kernel.ts';

/** Gives a strided slice of integers and booleans their own type; the backend's own kernel calls their bits floats. */
export function stridedSliceOfIntegers(): void {
  const own = tf.getKernel('StridedSlice', 'wasm').kernelFunc as unknown as WasmKernelFunction;
  registerWasmKernel('StridedSlice', (given) => {
    const { inputs, backend } = given;
    const { dtype } = inputs.x!;
    if (dtype === 'float32') return own(given);
    return tf.tidy(() => {
      const sliced = tf
        .engine()
        .makeTensorFromTensorInfo(own({ ...given, inputs: { x: tf.cast(inputs.x!, 'int32') } }));
      if (sliced.dtype === 'int32') return tf.cast(sliced, dtype);
      const integers = backend.makeOutput(sliced.shape, 'int32');
      const bits = backend.typedArrayFromHeap(sliced);
      backend.typedArrayFromHeap(integers).set(new Int32Array(bits.buffer, bits.byteOffset, bits.length));
      return tf.cast(tf.engine().makeTensorFromTensorInfo(integers), dtype);
    });
  });
}
