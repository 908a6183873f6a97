import * as tf from '@tensorflow/tfjs';
import type { Random } from '../../base/random/random.ts';
import { convolution } from './convolution.ts';
import type { Layer } from './layer.ts';
import { sequence } from './sequence.ts';

/** Choices of a squeeze-and-excitation. */
export interface SqueezeExcitationOptions {
  readonly channels: number;
  /** Channels between its two layers. */
  readonly squeezed: number;
  /** Between its two layers. */
  readonly activation: Layer;
  /** From its second layer to the factors of the channels. */
  readonly gate: Layer;
  /** Names of its two layers within it. */
  readonly names: readonly [reduce: string, expand: string];
}

/**
 * Multiplies each channel by a factor that all channels' means give (Hu, Shen and Sun, CVPR 2018, eq. 2 to 4): `[batch,
 * height, width, channels]`.
 */
export function squeezeExcitation(name: string, options: SqueezeExcitationOptions, random: Random): Layer {
  const { channels, squeezed, activation, gate, names } = options;
  const factors = sequence(
    convolution(`${name}/${names[0]}`, { channels: [channels, squeezed], size: 1 }, random) as unknown as Layer,
    activation,
    convolution(`${name}/${names[1]}`, { channels: [squeezed, channels], size: 1 }, random) as unknown as Layer,
    gate,
  );
  return {
    parameters: factors.parameters,
    apply: (x, mode) => tf.mul(x, factors.apply(tf.mean(x, [1, 2], true), mode)),
  };
}
