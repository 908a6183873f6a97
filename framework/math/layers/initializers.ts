import * as tf from '@tensorflow/tfjs';
import type { Random } from '../../base/random/random.ts';

/** A tensor of drawn numbers; a plain loop, since networks draw tens of millions. */
function filled(shape: number[], draw: () => number): tf.Tensor {
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  for (let index = 0; index < values.length; index++) values[index] = draw();
  return tf.tensor(values, shape);
}

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

/** Uniform in ±1 / √fanIn: what PyTorch's convolutions and linear layers begin with, kernel and bias alike. */
export function fanInUniform(shape: number[], fanIn: number, random: Random): tf.Tensor {
  const limit = 1 / Math.sqrt(fanIn);
  return filled(shape, () => random.between(-limit, limit));
}

/**
 * `he`: He's normal kernel and a bias of 0; `fan-in`: kernel and bias by `fanInUniform`, about 2.4 times smaller, as
 * PyTorch.
 */
export type InitialWeights = 'he' | 'fan-in';

/** The kernel of a layer by that rule; `slope` is the negative slope of the rectifier that follows, for He's. */
export function initialKernel(
  rule: InitialWeights,
  shape: number[],
  fanIn: number,
  random: Random,
  slope = 0,
): tf.Tensor {
  return rule === 'he' ? heNormal(shape, fanIn, random, slope) : fanInUniform(shape, fanIn, random);
}

/** The bias that goes with `initialKernel`: `[outputs]`. */
export function initialBias(rule: InitialWeights, outputs: number, fanIn: number, random: Random): tf.Tensor {
  return rule === 'he' ? tf.zeros([outputs]) : fanInUniform([outputs], fanIn, random);
}
