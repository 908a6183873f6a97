import * as tf from '@tensorflow/tfjs';
import type { Scores } from '../../contracts/head.ts';
import { customGradient, differentiated } from '../ops/custom-gradient.ts';
import { ops } from '../ops/ops.ts';
import { normalize } from './normalize.ts';

/**
 * Computes the cosines of the angles between embedding and class weights, both sides normalized. With sub-centers the
 * largest of a class's cosines counts (Deng et al., ECCV 2020, section 3.2).
 *
 * @param embedding `[batch, dim]`
 * @param classWeights `[classes · subCenters, dim]`, class-major: class c owns rows c·K … c·K + K − 1
 * @param target int32 `[batch]`
 * @param subCenters K, sub-centers a class
 */
export function cosineScores(
  embedding: tf.Tensor2D,
  classWeights: tf.Tensor2D,
  target: tf.Tensor1D,
  subCenters = 1,
): Scores {
  const cosines = cosinesOf(normalize(embedding), classWeights);
  const others = { target, kind: 'cosine', classWeights: () => classWeights } as const;
  if (subCenters === 1) return { values: cosines, ...others };
  const [batch, columns] = cosines.shape;
  const grouped = tf.reshape(cosines, [batch, columns / subCenters, subCenters]);
  return { values: tf.max(grouped, 2) as tf.Tensor2D, ...others };
}

/**
 * x̂ · w_j / ‖w_j‖ for unit rows x̂ `[batch, dim]` and rows w_j of any norm `[rows, dim]`: the products are divided,
 * since there may be far more numbers in the weights than in the products. A row of zeros has cosine 0 and gradient 0.
 */
function cosinesOf(unit: tf.Tensor2D, weights: tf.Tensor2D): tf.Tensor2D {
  return customGradient([unit, weights], (x, w) => {
    const inverse = ops.inverseNorms(w as tf.Tensor2D);
    const cosines: tf.Tensor2D = tf.mul(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D, false, true), inverse);
    return differentiated({
      value: cosines,
      saved: [x, w, inverse, cosines],
      // With g = dL/dcosθ: dL/dx̂ = Σ_j g_j w_j / ‖w_j‖; dL/dw_j = (Σ g x̂ − (Σ g cosθ) w_j / ‖w_j‖) / ‖w_j‖, sums over
      // the batch.
      gradient: (dy, [keptUnit, keptWeights, scale, kept]) => {
        const slope: tf.Tensor2D = tf.mul(dy, scale);
        const along: tf.Tensor1D = tf.mul(tf.sum(tf.mul(slope, kept), 0), scale);
        const across: tf.Tensor2D = tf.matMul(slope, keptUnit as tf.Tensor2D, true);
        return [
          tf.matMul(slope, keptWeights as tf.Tensor2D),
          ops.subtractScaledRows(across, keptWeights as tf.Tensor2D, along),
        ];
      },
    });
  });
}
