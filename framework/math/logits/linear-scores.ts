import * as tf from '@tensorflow/tfjs';
import type { Scores } from '../../contracts/head.ts';
import { ops } from '../ops/ops.ts';
import { rowNorms } from './row-norms.ts';

/**
 * Computes the logits `xW + b`.
 *
 * @param embedding `[batch, dim]`
 * @param classWeights `[classes, dim]`, a row a class
 * @param target int32 `[batch]`
 * @param bias `[classes]`, or undefined for none
 */
export function linearScores(
  embedding: tf.Tensor2D,
  classWeights: tf.Tensor2D,
  target: tf.Tensor1D,
  bias?: tf.Tensor1D,
): Scores {
  const product: tf.Tensor2D = tf.matMul(embedding, classWeights, false, true);
  return {
    values: bias ? ops.biasAdd(product, bias) : product,
    target,
    kind: 'linear',
    bias,
    product,
    weightNorms: () => rowNorms(classWeights),
    classWeights: () => classWeights,
  };
}
