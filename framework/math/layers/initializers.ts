import * as tf from '@tensorflow/tfjs';
import type { Random } from '../../base/random/random.ts';

/** Rank of a shape that is written out: `[rows, columns]` is of R2. */
type RankOf<S extends readonly number[]> = S extends readonly [number]
  ? tf.Rank.R1
  : S extends readonly [number, number]
    ? tf.Rank.R2
    : S extends readonly [number, number, number, number]
      ? tf.Rank.R4
      : tf.Rank;

/** A tensor of drawn numbers; a plain loop, since networks draw tens of millions. */
function filled<S extends readonly number[]>(shape: S, draw: () => number): tf.Tensor<RankOf<S>> {
  const values = new Float32Array(tf.util.sizeFromShape([...shape]));
  for (let index = 0; index < values.length; index++) values[index] = draw();
  return tf.tensor(values, [...shape] as number[]) as tf.Tensor as tf.Tensor<RankOf<S>>;
}

/** Draws uniformly in ±√(6 / (fanIn + fanOut)) (Glorot and Bengio, AISTATS 2010, eq. 16). */
export function glorotUniform<const S extends readonly number[]>(
  shape: S,
  fanIn: number,
  fanOut: number,
  random: Random,
): tf.Tensor<RankOf<S>> {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return filled(shape, () => random.between(-limit, limit));
}

/**
 * Draws from a normal with standard deviation √(2 / ((1 + slope²) fanIn)) for (leaky) rectifiers (He et al., ICCV 2015,
 * eq. 15).
 */
export function heNormal<const S extends readonly number[]>(
  shape: S,
  fanIn: number,
  random: Random,
  slope = 0,
): tf.Tensor<RankOf<S>> {
  const deviation = Math.sqrt(2 / ((1 + slope * slope) * fanIn));
  return filled(shape, () => deviation * random.normal());
}

/** Draws from a normal with the given standard deviation. */
export function normal<const S extends readonly number[]>(
  shape: S,
  deviation: number,
  random: Random,
): tf.Tensor<RankOf<S>> {
  return filled(shape, () => deviation * random.normal());
}

/** Draws uniformly in ±1 / √fanIn: what PyTorch's convolutions and linear layers begin with, kernel and bias alike. */
export function fanInUniform<const S extends readonly number[]>(
  shape: S,
  fanIn: number,
  random: Random,
): tf.Tensor<RankOf<S>> {
  const limit = 1 / Math.sqrt(fanIn);
  return filled(shape, () => random.between(-limit, limit));
}

/**
 * `he`: He's normal kernel and a bias of 0; `fan-in`: kernel and bias by `fanInUniform`, about 2.4 times smaller, as
 * PyTorch.
 */
export type InitialWeights = 'he' | 'fan-in';

/** Draws the kernel of a layer by that rule; `slope` is the negative slope of the rectifier that follows, for He's. */
export function initialKernel<const S extends readonly number[]>(
  rule: InitialWeights,
  shape: S,
  fanIn: number,
  random: Random,
  slope = 0,
): tf.Tensor<RankOf<S>> {
  return rule === 'he' ? heNormal(shape, fanIn, random, slope) : fanInUniform(shape, fanIn, random);
}

/** Draws the bias that goes with `initialKernel`: `[outputs]`. */
export function initialBias(rule: InitialWeights, outputs: number, fanIn: number, random: Random): tf.Tensor1D {
  return rule === 'he' ? tf.zeros([outputs]) : fanInUniform([outputs], fanIn, random);
}
