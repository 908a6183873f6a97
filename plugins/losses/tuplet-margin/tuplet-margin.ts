import { tf, z, type PairLoss, type PairParts } from 'ablate-ml';
import {
  comparedPairs,
  cosineDistance,
  cosOfAnglePlus,
  marginOptions,
  pairOptions,
  tupletMean,
} from 'ablate-ml/losses';

export const options = z.strictObject({
  s: marginOptions.scale(64).describe('scale of the cosines'),
  beta: marginOptions.angle('beta', 0.1).describe("β: slack taken from a positive's angle, in radians"),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of the tuplet margin loss. */
export type TupletMarginOptions = z.output<typeof options>;

/**
 * Computes the tuplet margin loss (Yu and Tao, ICCV 2019, eq. 7): the mean over ordered positive pairs (a, p) of
 * ln(1 + Σ_n exp(s (cosθ_an − cos(θ_ap − β)))).
 */
export function tupletMargin(options: TupletMarginOptions, parts: Omit<PairParts, 'distance'>): PairLoss {
  return comparedPairs({ ...parts, distance: cosineDistance }, (pairs) => {
    const slackened = cosOfAnglePlus(pairs.similarities, -options.beta);
    return {
      value: tupletMean(tf.mul(options.s, slackened), tf.mul(options.s, pairs.similarities), pairs, pairs.reduce),
    };
  });
}
