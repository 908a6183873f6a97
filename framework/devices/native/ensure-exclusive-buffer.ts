import * as tf from '@tensorflow/tfjs';
import type { NativeBackend } from './native-backend.ts';

/**
 * Memory that the library allotted; what came from JavaScript may be an array that somebody still uses, which the
 * library then shares.
 */
const allotted = new WeakSet<object>();

/** Sees to it that variables' memory is nobody else's, so that it can be changed where it lies. */
export function ensureExclusiveBuffer(backend: NativeBackend, variables: readonly tf.Variable[]): void {
  for (const variable of variables) {
    if (allotted.has(variable.dataId) && backend.tensorMap.get(variable.dataId).refCount === 1) continue;
    tf.tidy(() => variable.assign(tf.mul(variable, 1)));
    allotted.add(variable.dataId);
  }
}
