import { registerOps } from '../math/ops/ops.ts';
import * as tf from './tf.ts';
import type { Device } from '../contracts/device.ts';

/** Starts TensorFlow.js's plain JavaScript: works everywhere, slowly. */
export async function startCpu(): Promise<Device> {
  await tf.setBackend('cpu');
  registerOps({});
  return {
    name: 'cpu',
    description: `plain JavaScript, TensorFlow.js ${tf.version.tfjs}`,
    version: tf.version.tfjs,
    threads: 1,
    gpu: false,
  };
}
