import * as tf from '@tensorflow/tfjs';
import type { Scores } from '../contracts/head.ts';
import { normalise } from './normalise.ts';

/**
 * Cosines of the angles between embedding and class weights, both sides normalised. With sub-centres the largest of a
 * class's cosines counts (Deng et al., ECCV 2020, section 3.2).
 *
 * @param embedding `[batch, dim]`
 * @param classWeights `[classes · subCenters, dim]`, class-major: class c owns rows c·K … c·K + K − 1
 * @param target int32 `[batch]`
 * @param subCenters K, sub-centres a class
 */
export function cosineScores(embedding: tf.Tensor2D, classWeights: tf.Tensor2D, target: tf.Tensor1D, subCenters = 1): Scores {
  const cosines: tf.Tensor2D = tf.matMul(normalise(embedding), normalise(classWeights), false, true);
  if (subCenters === 1) return { values: cosines, target, kind: 'cosine' };
  const [batch, columns] = cosines.shape;
  const grouped = tf.reshape(cosines, [batch, columns / subCenters, subCenters]);
  return { values: tf.max(grouped, 2) as tf.Tensor2D, target, kind: 'cosine' };
}
