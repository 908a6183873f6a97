import * as tf from '@tensorflow/tfjs';
import type { RandomStreams } from '../../base/random/random-streams.ts';
import type { Layer } from './layer.ts';

/** A layer that multiplies by 0 or by 1 / (1 − rate), in training only; `shapeOf` says over which axes it draws. */
function dropping(name: string, rate: number, streams: RandomStreams, shapeOf: (x: tf.Tensor) => number[]): Layer {
  const kept = 1 / (1 - rate);
  return {
    parameters: [],
    apply(x, { training, step, ranks }) {
      if (!training || rate === 0) return x;
      const shape = shapeOf(x);
      const random = streams.stream(name, step);
      const size = tf.util.sizeFromShape(shape);
      // The rows before a rank's own are drawn too: the whole batch gets what it would get in one process.
      for (let skipped = (ranks?.rank ?? 0) * size; skipped > 0; skipped--) random.uniform();
      const factors = Float32Array.from({ length: size }, () => (random.uniform() < rate ? 0 : kept));
      return tf.mul(x, tf.tensor(factors, shape));
    },
  };
}

/**
 * Leaves numbers out at this rate in training and enlarges the rest (Srivastava et al., JMLR 2014). What it draws
 * depends on the seed, its name and the step alone.
 */
export function dropout(name: string, rate: number, streams: RandomStreams): Layer {
  return dropping(name, rate, streams, ({ shape }) => [...shape]);
}

/**
 * Leaves a whole residual branch out at this rate, for each image by itself, in training (Huang et al., ECCV 2016,
 * stochastic depth). What it draws depends on the seed, its name and the step alone.
 */
export function dropPath(name: string, rate: number, streams: RandomStreams): Layer {
  return dropping(name, rate, streams, ({ shape }) => shape.map((side, axis) => (axis === 0 ? side : 1)));
}
