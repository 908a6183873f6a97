import { findBackendFactory, registerBackend, removeBackend } from '@tensorflow/tfjs';

/** TensorFlow.js, one instance for the framework and every plugin. */
export * from '@tensorflow/tfjs';

// The plain JavaScript backend computes figures of runs that other processes trained, or that are done. Whatever makes
// one, its first use would print advice to install tfjs-node, which is set-up's and the doctor's to give.
const makeCpu = findBackendFactory('cpu');
removeBackend('cpu');
registerBackend('cpu', () => Object.assign(makeCpu() as object, { firstUse: false }) as never, 1);
