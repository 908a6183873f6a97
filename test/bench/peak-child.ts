// Prints the most that the native library does a second, in products of large matrices and in a pass over memory.
import * as tf from '@tensorflow/tfjs';
import { useDevice } from '../../framework/devices/devices.ts';
import type { MachinePeak } from './arithmetic.ts';

await useDevice('auto', { threads: Number(process.argv[2]) });
const [side, numbers, tries] = process.argv.slice(3).map(Number) as [number, number, number];
const matrix = tf.randomUniform([side, side], -1, 1, 'float32', 1);
const long = tf.zeros([numbers]);

/** Seconds of the fastest of some goes. */
function fastest(compute: () => tf.Tensor): number {
  let least = Number.POSITIVE_INFINITY;
  for (let go = 0; go < tries; go++) {
    const began = performance.now();
    compute().dispose();
    least = Math.min(least, (performance.now() - began) / 1000);
  }
  return least;
}

const peak: MachinePeak = {
  flops: (2 * side ** 3) / fastest(() => tf.matMul(matrix, matrix)),
  bytes: (8 * numbers) / fastest(() => tf.neg(long)),
};
process.stdout.write(`${JSON.stringify(peak)}\n`);
