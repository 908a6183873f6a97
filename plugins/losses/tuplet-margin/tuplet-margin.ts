import { tf, z, type PairLoss } from 'ablate-ml';
import { cosOfAnglePlus, cosineSimilarities, marginOptions, pairLossOf, pairMasks, tupletMean } from 'ablate-ml/losses';

export const options = z.strictObject({
  s: marginOptions.scale(64).describe('scale of the cosines'),
  beta: marginOptions.angle('beta', 0.1).describe("β: slack taken from a positive's angle, in radians"),
});

/** Options of the tuplet margin loss. */
export type TupletMarginOptions = z.output<typeof options>;

/**
 * Computes the tuplet margin loss (Yu and Tao, ICCV 2019, eq. 7): the mean over ordered positive pairs (a, p) of
 * ln(1 + Σ_n exp(s (cosθ_an − cos(θ_ap − β)))).
 */
export function tupletMargin(options: TupletMarginOptions): PairLoss {
  return pairLossOf((anchors, references, sameSet) => {
    const cosine = cosineSimilarities(anchors.embedding, references.embedding);
    const slackened = cosOfAnglePlus(cosine, -options.beta);
    const masks = pairMasks(anchors, references, sameSet);
    return { value: tupletMean(tf.mul(options.s, slackened), tf.mul(options.s, cosine), masks) };
  });
}
