import * as tf from '@tensorflow/tfjs';
import type { ScoreKind } from '../../../contracts/head.ts';
import type { LossInput } from '../../../contracts/loss.ts';

/** What a hand-worked batch has beside its scores. */
export interface LossInputOptions {
  /** `cosine` unless told. */
  readonly kind?: ScoreKind;
  /** `[batch][dim]`; zeros of two columns unless told. */
  readonly embedding?: number[][];
  /** Training step; 0 unless told. */
  readonly step?: number;
}

/**
 * Makes a batch whose scores are given as they are, for the cases of a loss that are worked by hand.
 *
 * @param values `[batch][columns]`, numbers or a tensor to differentiate by
 * @param target the column, and the class, of each row
 */
export function lossInput(
  values: number[][] | tf.Tensor2D,
  target: number[],
  options: LossInputOptions = {},
): LossInput {
  const { kind = 'cosine', embedding, step = 0 } = options;
  const labels = tf.tensor1d(target, 'int32');
  return {
    embedding: embedding ? tf.tensor2d(embedding) : tf.zeros([target.length, 2]),
    labels,
    scores: { values: Array.isArray(values) ? tf.tensor2d(values) : values, target: labels, kind },
    step,
  };
}
