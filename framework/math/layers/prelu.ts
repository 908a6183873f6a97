import * as tf from '@tensorflow/tfjs';
import { ops } from '../ops/ops.ts';
import type { Layer } from './layer.ts';
import { parameterOf } from './parameter-of.ts';

/**
 * Makes the layer of a rectifier with a learned negative slope a channel, 0.25 at the start (He et al., ICCV 2015).
 * Works on any rank.
 */
export function prelu(name: string, channels: number): Layer {
  const slope = parameterOf(`${name}/slope`, tf.fill<tf.Rank.R1>([channels], 0.25), 'offset');
  return {
    parameters: [slope],
    slope: slope.variable,
    apply: (x) => ops.prelu(x, slope.variable),
  };
}
