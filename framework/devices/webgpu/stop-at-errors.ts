import * as tf from '@tensorflow/tfjs';

interface GpuDevice {
  addEventListener(
    type: 'uncapturederror',
    listener: (event: { readonly error: { readonly message: string } }) => void,
  ): void;
}

const heard = new WeakSet<GpuDevice>();

/**
 * Makes an error of the GPU an uncaught exception. WebGPU goes on after a command that it refuses, and what it was to
 * compute reads as zeros.
 */
export function stopAtErrors(): void {
  const { device } = tf.backend() as unknown as { device: GpuDevice };
  if (heard.has(device)) return;
  heard.add(device);
  device.addEventListener('uncapturederror', ({ error }) => {
    queueMicrotask(() => {
      throw new Error(`WebGPU refused a command: ${error.message}`);
    });
  });
}
