import * as tf from '@tensorflow/tfjs';
import type { Layer } from './layer.ts';
import { parameterOf } from './parameter-of.ts';

/** Multiplies each channel by a learned factor, small at the start (Touvron et al., ICCV 2021, eq. 2). Any rank. */
export function layerScale(name: string, channels: number, initial = 1e-5): Layer {
  const factors = parameterOf(`${name}/gamma`, tf.fill([channels], initial), 'offset');
  return { parameters: [factors], apply: (x) => tf.mul(x, factors.variable) };
}
