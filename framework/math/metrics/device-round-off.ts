import * as tf from '@tensorflow/tfjs';

/** Half a unit in the last place of float32. */
const single = 2 ** -24;
/** The same for the 10-bit fractions of TF32, in which some GPUs multiply unless told otherwise. */
const tensorFloat = 2 ** -11;

/** Measures the round-off of the device's matrix products by multiplying a number that only float32 can hold by 1. */
export function deviceRoundOff(): number {
  // It cannot be read without waiting, and multiplies in float32 by its standard (WGSL, section 15.7.4).
  if (tf.getBackend() === 'webgpu') return single;
  const side = 64;
  const product = tf.tidy(() => tf.matMul(tf.fill([side, side], 1 + 2 ** -20), tf.eye(side)).dataSync()[0]!);
  return product === 1 + 2 ** -20 ? single : tensorFloat;
}
