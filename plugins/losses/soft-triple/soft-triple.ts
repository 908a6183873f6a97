import { parameterOf, tf, z, type ClassContext, type LossInput } from 'ablate-ml';
import {
  classificationOptions,
  batchMean,
  normalize,
  replaceTarget,
  rowLosses,
  targetCosine,
  type ClassificationLoss,
} from 'ablate-ml/losses';
import { normal } from 'ablate-ml/layers';

export const options = z.strictObject({
  lambda: z
    .number()
    .positive('lambda scales the logits and must be above 0')
    .default(20)
    .describe('λ: scale of the logits'),
  gamma: z
    .number()
    .positive('gamma must be above 0: the cosines to the centers are divided by it')
    .default(0.1)
    .describe("γ: how softly a class's nearest center is chosen"),
  margin: z
    .number()
    .min(0, 'margin is taken from a cosine and lies in [0, 2]')
    .max(2, 'margin is taken from a cosine and lies in [0, 2]')
    .default(0.01)
    .describe('δ: margin taken from the own class'),
  subCenters: z
    .int('subCenters counts the centers of a class')
    .min(1, 'subCenters counts the centers of a class: at least 1')
    .default(10)
    .describe('K: centers a class'),
  tau: z
    .number()
    .min(0, 'tau weighs a regularizer and cannot be negative')
    .default(0.2)
    .describe("τ: weight of the distances between a class's centers, which merges those that are not needed"),
  rateMultiple: z
    .number()
    .min(0, 'rateMultiple multiplies a learning rate and cannot be negative')
    .default(100)
    .describe("learning rate of the centers as a multiple of the run's"),
  ...classificationOptions,
});

/** Options of SoftTriple. */
export type SoftTripleOptions = z.output<typeof options>;

/**
 * Computes SoftTriple (Qian et al., ICCV 2019, eq. 7 and 9): cross-entropy over λ (S_j − δ [j = y]), S_j = Σ_k
 * softmax_k( cosθ_jk/γ) cosθ_jk over the K centers of class j, plus τ/(C K (K − 1)) times the distances between the
 * centers of a class.
 */
export function softTriple(options: SoftTripleOptions, { classes, dim, streams }: ClassContext): ClassificationLoss {
  const count = options.subCenters;
  const initial = normal([classes * count, dim], Math.sqrt(1 / classes), streams.stream('proxies'));
  const proxies = parameterOf('proxies', initial, 'kernel', {
    get rateMultiple() {
      return options.rateMultiple;
    },
  });
  const centersOf = (): tf.Tensor2D => normalize(proxies.variable);
  const logitsOver = (centers: tf.Tensor2D, { embedding, labels }: LossInput): tf.Tensor2D => {
    const cosines = tf.matMul(normalize(embedding), centers, false, true);
    const byClass = tf.reshape(cosines, [-1, classes, count]);
    const values = tf.sum(tf.mul(tf.softmax(tf.div(byClass, options.gamma)), byClass), 2) as tf.Tensor2D;
    const own = targetCosine({ values, target: labels, kind: 'cosine' });
    return tf.mul(options.lambda, replaceTarget(values, labels, tf.sub(own, options.margin)));
  };
  return {
    parameters: [proxies],
    logits: (input) => logitsOver(centersOf(), input),
    forward(input) {
      const centers = centersOf();
      const classification = batchMean(rowLosses(logitsOver(centers, input), input.labels, options), input);
      const spread = spreadOf(tf.reshape(centers, [classes, count, dim]));
      return { value: tf.add(classification, tf.mul(options.tau, spread)), parts: { spread } };
    },
  };
}

/**
 * 1/(C K (K − 1)) Σ √(2 + 1e-5 − 2 w_s·w_t) over the pairs s < t of each class's centers; 1e-5 as in the authors' code.
 */
function spreadOf(centers: tf.Tensor3D): tf.Scalar {
  const [classes, count] = centers.shape;
  if (count === 1) return tf.scalar(0);
  const apart = tf.sqrt(tf.relu(tf.sub(2 + 1e-5, tf.mul(2, tf.matMul(centers, centers, false, true)))));
  const above = tf.sub(1, tf.linalg.bandPart(tf.ones([count, count]), -1, 0));
  return tf.div(tf.sum(tf.mul(apart, above)), classes * count * (count - 1));
}
