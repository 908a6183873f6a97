import * as tf from '@tensorflow/tfjs';
import { customGradient } from '../ops/custom-gradient.ts';
import { inBlocks, joinBlocks } from './in-blocks.ts';

/**
 * Computes distances (Σ_d |a_id − b_jd|^p)^(1/p), `a [rows, dim]`, `b [columns, dim]` → `[rows, columns]`, p at least
 * 1. A distance of 0 has gradient 0. Rows are taken in blocks, so that memory stays bounded.
 */
export function lpDistances(a: tf.Tensor2D, b: tf.Tensor2D, p: number): tf.Tensor2D {
  const rows = a.shape[0];
  const differences = (x: tf.Tensor, y: tf.Tensor, begin: number, count: number): tf.Tensor =>
    tf.sub(tf.expandDims(tf.slice(x as tf.Tensor2D, begin, count), 1), tf.expandDims(y, 0));
  return customGradient([a, b], (x, y) => {
    const forward = inBlocks(rows, b.size, (begin, count) => {
      const size = tf.abs(differences(x!, y!, begin, count));
      return [p === 1 ? tf.sum(size, 2) : tf.pow(tf.sum(tf.pow(size, p), 2), 1 / p)];
    });
    const distance = joinBlocks(forward, 0) as tf.Tensor2D;
    return {
      value: distance,
      saved: [x!, y!, distance],
      gradient: (dy, [keptX, keptY, kept]) => {
        // d/da = sign(a − b) |a − b|^(p − 1) / D^(p − 1)
        const scale = p === 1 ? tf.mul(dy, tf.step(kept!)) : tf.divNoNan(dy, tf.pow(kept!, p - 1));
        const backward = inBlocks(rows, b.size, (begin, count) => {
          const each = differences(keptX!, keptY!, begin, count);
          const slope = p === 1 ? tf.sign(each) : tf.mul(tf.sign(each), tf.pow(tf.abs(each), p - 1));
          const along = tf.mul(slope, tf.expandDims(tf.slice(scale as tf.Tensor2D, begin, count), 2));
          return [tf.sum(along, 1), tf.neg(tf.sum(along, 0))];
        });
        return [joinBlocks(backward, 0), tf.addN(backward.map((block) => block[1]!))];
      },
    };
  });
}
