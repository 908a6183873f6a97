import { parameterOf, tf, withoutGradient, z, type LabeledEmbedding, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, pairOptions, tripletCounts } from 'ablate-ml/losses';

export const options = z.strictObject({
  margin: z
    .number()
    .min(0, 'margin is a distance and cannot be negative')
    .default(0.2)
    .describe('α: how far a pair must lie on its side of the boundary'),
  beta: z.number().default(1.2).describe('β at the start: the distance that parts positives from negatives'),
  betas: z.enum(['one', 'class']).default('one').describe('one boundary, or one for each class'),
  rateMultiple: z
    .number()
    .positive('rateMultiple multiplies the learning rate and must be above 0')
    .default(1)
    .describe('learning rate of β, times that of the rest'),
  nu: z
    .number()
    .min(0, 'nu weighs β and cannot be negative')
    .default(0)
    .describe('ν: weight of β, which keeps it from growing'),
  normalize: z.boolean().default(true).describe('divide each embedding by its norm first'),
  distance: pairOptions.distance('euclidean'),
  miner: pairOptions.miner('distance-weighted'),
});

/** Options of the margin loss. */
export type MarginOptions = z.output<typeof options>;

/**
 * Computes the margin loss (Wu et al., ICCV 2017, eq. 4 and 5): over the triplets (a, p, n) of the miner the sum of
 * max(0, D_ap − β + α) and max(0, β − D_an + α), by the number of these terms that are above 0, plus ν β. β is learned.
 */
export function margin(options: MarginOptions, parts: Omit<PairParts, 'reducer'>, classes: number): PairLoss {
  const size = options.betas === 'one' ? 1 : classes;
  const beta = {
    ...parameterOf('beta', tf.fill([size], options.beta), 'offset'),
    group: { rateMultiple: options.rateMultiple },
  };
  /** β of each anchor's class, `[anchors, 1]`. */
  const ofAnchors = ({ labels }: LabeledEmbedding): tf.Tensor =>
    tf.expandDims(
      options.betas === 'one' ? tf.gather(beta.variable, tf.zerosLike(labels)) : tf.gather(beta.variable, labels),
      1,
    );
  const made = comparedPairs(
    parts,
    ({ anchors, distances, mined }) => {
      const boundary = ofAnchors(anchors);
      const { positive, negative } = tripletCounts(mined, distances.shape);
      const pull = tf.relu(tf.add(tf.sub(distances, boundary), options.margin));
      const push = tf.relu(tf.add(tf.sub(boundary, distances), options.margin));
      const share = withoutGradient(() => {
        const terms = tf.add(tf.sum(tf.mul(tf.step(pull), positive)), tf.sum(tf.mul(tf.step(push), negative)));
        return tf.divNoNan(1, terms);
      });
      const pairs = tf.mul(tf.add(tf.sum(tf.mul(pull, positive)), tf.sum(tf.mul(push, negative))), share);
      const counts = tf.sum(positive, 1, true);
      const mean = withoutGradient(() => tf.divNoNan(counts, tf.sum(counts)));
      // One β weighs as it is; those of classes are added over the triplets, by the same number as the terms.
      const weights = options.betas === 'one' ? mean : tf.mul(counts, share);
      const penalty = tf.mul(options.nu, tf.sum(tf.mul(boundary, weights)));
      const logged = withoutGradient(() => tf.sum(tf.mul(boundary, mean)) as tf.Scalar);
      return { value: tf.add(pairs, penalty) as tf.Scalar, parts: { boundary: logged } };
    },
    options,
  );
  return { ...made, parameters: [beta] };
}
