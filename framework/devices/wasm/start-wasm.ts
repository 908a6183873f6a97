import * as tf from '@tensorflow/tfjs';
import { registerOps } from '../../math/ops/ops.ts';
import type { Device } from '../../contracts/device.ts';
import { DeviceFault } from '../../base/errors/device-fault.ts';
import { fusedOps } from './fused-ops.ts';
import { registerKernels } from './register-kernels.ts';

/** Starts WebAssembly with SIMD, on one thread: TensorFlow.js's wasm backend with the kernels that training needs. */
export async function startWasm(): Promise<Device> {
  const { version_wasm: version } = await import('@tensorflow/tfjs-backend-wasm').catch((error: Error) => {
    throw new DeviceFault(
      `its npm package does not load (${error.message})`,
      'Type: npm install @tensorflow/tfjs-backend-wasm',
      error,
    );
  });
  const started = await withoutItsListeners(() => tf.setBackend('wasm'));
  if (!started) throw new DeviceFault('TensorFlow.js could not start its WebAssembly module', 'Use --device cpu');
  registerKernels();
  registerOps(fusedOps);
  return { name: 'wasm', description: `WebAssembly, TensorFlow.js ${version}`, version, threads: 1, gpu: false };
}

/**
 * The module's glue throws every uncaught error again from listeners of its own, which hides its place and its exit
 * code.
 */
async function withoutItsListeners<T>(start: () => Promise<T>): Promise<T> {
  const events = ['uncaughtException', 'unhandledRejection'] as 'uncaughtException'[];
  const before = events.map((event) => process.listeners(event));
  const result = await start();
  events.forEach((event, index) => {
    for (const listener of process.listeners(event))
      if (!before[index]!.includes(listener)) process.removeListener(event, listener);
  });
  return result;
}
