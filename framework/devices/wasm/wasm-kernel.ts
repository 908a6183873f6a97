import * as tf from '@tensorflow/tfjs';

/** The backend as its kernels see it: tensors are memory of the WebAssembly module. */
export interface WasmBackend {
  /** A view that any later allocation may detach: take it after `makeOutput`. */
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array | Int32Array;
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  /** One more tensor shares this memory; disposing takes one away. */
  incRef(dataId: tf.DataId): void;
}

/** A kernel's function, given its inputs, attributes and backend. */
export type WasmKernelFunction = (given: {
  inputs: Record<string, tf.Tensor>;
  attrs: Record<string, unknown>;
  backend: WasmBackend;
}) => tf.TensorInfo;

/** Puts a kernel under the wasm backend, in place of the one that is there. */
export function registerWasmKernel(kernelName: string, kernel: WasmKernelFunction): void {
  if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc: kernel as unknown as tf.KernelFunc });
}
