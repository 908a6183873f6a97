import * as tf from '@tensorflow/tfjs';
import type { Kernel } from './replace-kernel.ts';

/**
 * Adds up any number of tensors, as many at a time as one command may read: the backend gives all of them to one, and
 * WebGPU refuses it from the eighth on, where a device grants no more buffers than every device must.
 */
export const sumInParts =
  (own: Kernel): Kernel =>
  (given) => {
    const { device } = tf.backend() as unknown as {
      device: { readonly limits: { readonly maxStorageBuffersPerShaderStage: number } };
    };
    // One buffer is the sum's.
    const most = device.limits.maxStorageBuffersPerShaderStage - 1;
    const tensors = Object.values(given.inputs);
    if (tensors.length <= most) return own(given);
    return tf.tidy(() => {
      const parts = Array.from({ length: Math.ceil(tensors.length / most) }, (_, part) =>
        tf.addN(tensors.slice(part * most, (part + 1) * most)),
      );
      return tf.addN(parts);
    });
  };
