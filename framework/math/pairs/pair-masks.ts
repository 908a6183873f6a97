import * as tf from '@tensorflow/tfjs';
import { withoutGradient } from '../ops/without-gradient.ts';
import type { LabeledEmbedding } from '../../contracts/pair-loss.ts';

/** Which of the references are compared with each anchor, and as what. Float32 `[anchors, references]` of 0 and 1. */
export interface PairMasks {
  /** 1 where both are of one class, but not an anchor with itself. */
  readonly positive: tf.Tensor2D;
  /** 1 where the classes differ. */
  readonly negative: tf.Tensor2D;
}

/**
 * Finds positive and negative pairs by label, each mask `[anchors, references]`.
 *
 * @param references rows with a negative label are empty: they are compared with nothing
 * @param sameSet whether row i of the references is anchor i, for as many as there are of both
 */
export function pairMasks(anchors: LabeledEmbedding, references: LabeledEmbedding, sameSet: boolean): PairMasks {
  const [rows, columns] = [anchors.labels.shape[0], references.labels.shape[0]];
  const same = (): tf.Tensor =>
    tf.cast(tf.equal(tf.expandDims(anchors.labels, 1), tf.expandDims(references.labels, 0)), 'float32');
  const filled = (): tf.Tensor => tf.cast(tf.greaterEqual(tf.expandDims(references.labels, 0), 0), 'float32');
  return {
    positive: withoutGradient(() => (sameSet ? tf.relu(tf.sub(same(), tf.eye(rows, columns))) : same()) as tf.Tensor2D),
    negative: withoutGradient(() => tf.mul(tf.sub(1, same()), filled()) as tf.Tensor2D),
  };
}
