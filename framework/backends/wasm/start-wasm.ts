import * as tf from '@tensorflow/tfjs';
import { registerOps } from '../../ops/ops.ts';
import type { Device } from '../device.ts';
import { DeviceFault } from '../device-fault.ts';
import { registerKernels } from './register-kernels.ts';

/** WebAssembly with SIMD, on one thread: TensorFlow.js's wasm backend with the kernels that training needs. */
export async function startWasm(): Promise<Device> {
  try {
    const { version_wasm: version } = await import('@tensorflow/tfjs-backend-wasm');
    if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js could not start it');
    registerKernels();
    registerOps({});
    return { name: 'wasm', description: `WebAssembly, TensorFlow.js ${version}`, version, threads: 1, gpu: false };
  } catch (error) {
    throw new DeviceFault(`the WebAssembly backend does not start (${(error as Error).message})`, 'Type: npm install @tensorflow/tfjs-backend-wasm', error);
  }
}
