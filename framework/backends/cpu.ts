import * as tf from '@tensorflow/tfjs';
import { registerOps } from '../ops/ops.ts';
import type { Device } from './device.ts';

/** TensorFlow.js's plain JavaScript: works everywhere, slowly. */
export async function startCpu(): Promise<Device> {
  // Its first use prints advice to install tfjs-node, which is set-up's and the doctor's to give.
  const backend = tf.engine().findBackend('cpu') as unknown as { firstUse: boolean };
  backend.firstUse = false;
  await tf.setBackend('cpu');
  registerOps({});
  return { name: 'cpu', description: `plain JavaScript, TensorFlow.js ${tf.version.tfjs}`, version: tf.version.tfjs, threads: 1, gpu: false };
}
