import * as tf from '@tensorflow/tfjs';

/** A kernel's function, given its inputs and attributes. */
export type Kernel = (given: {
  inputs: Record<string, tf.Tensor>;
  attrs: Record<string, unknown>;
  backend: unknown;
}) => tf.TensorInfo;

/** Puts a kernel of the webgpu backend in another's place; `make` is given the one that is there. */
export function replaceKernel(kernelName: string, make: (own: Kernel) => Kernel): void {
  const config = tf.getKernel(kernelName, 'webgpu');
  tf.unregisterKernel(kernelName, 'webgpu');
  tf.registerKernel({
    ...config,
    kernelFunc: make(config.kernelFunc as unknown as Kernel) as unknown as tf.KernelFunc,
  });
}
