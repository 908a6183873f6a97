import * as tf from '@tensorflow/tfjs';
import type { Random } from '../random/random.ts';

const filled = (shape: number[], draw: () => number): tf.Tensor =>
  tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, draw), shape);

/** Uniform in ±√(6 / (fanIn + fanOut)) (Glorot and Bengio, AISTATS 2010, eq. 16). */
export function glorotUniform(shape: number[], fanIn: number, fanOut: number, random: Random): tf.Tensor {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return filled(shape, () => random.between(-limit, limit));
}

/** Normal with standard deviation √(2 / ((1 + slope²) fanIn)) for (leaky) rectifiers (He et al., ICCV 2015, eq. 15). */
export function heNormal(shape: number[], fanIn: number, random: Random, slope = 0): tf.Tensor {
  const deviation = Math.sqrt(2 / ((1 + slope * slope) * fanIn));
  return filled(shape, () => deviation * random.normal());
}

/** Normal with the given standard deviation. */
export function normal(shape: number[], deviation: number, random: Random): tf.Tensor {
  return filled(shape, () => deviation * random.normal());
}
