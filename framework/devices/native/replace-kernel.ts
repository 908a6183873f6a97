import * as tf from '@tensorflow/tfjs';

/** The inputs of a kernel by TensorFlow.js's names. */
export type KernelTensors = Readonly<Record<string, tf.Tensor>>;

type Kernel = (call: { inputs: KernelTensors; attrs: unknown; backend: unknown }) => tf.TensorInfo | tf.TensorInfo[];

/**
 * Gives a kernel of the native backend another way, which may decline.
 *
 * @param compute undefined where the library's own kernel shall do it
 */
export function replaceKernel<Attributes>(
  kernelName: string,
  compute: (inputs: KernelTensors, attributes: Attributes) => tf.Tensor | undefined,
): void {
  const library = tf.getKernel(kernelName, 'tensorflow').kernelFunc as unknown as Kernel;
  const kernel: Kernel = (call) => compute(call.inputs, call.attrs as Attributes) ?? library(call);
  tf.unregisterKernel(kernelName, 'tensorflow');
  tf.registerKernel({ kernelName, backendName: 'tensorflow', kernelFunc: kernel as unknown as tf.KernelFunc });
}
