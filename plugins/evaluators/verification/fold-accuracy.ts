import type { RankedScores } from 'ablate-ml/metrics';

/** Accuracy of each fold at the threshold that suits the others best. */
export interface FoldAccuracy {
  readonly accuracies: readonly number[];
  readonly thresholds: readonly number[];
}

/**
 * Measures accuracy fold by fold: the threshold is the score, of all pairs' scores, with the highest accuracy on the
 * other folds' pairs (of several, the smallest); a pair is called same where its score is at least that. One pass over
 * the ranked scores serves all folds.
 *
 * @param fold fold of each pair, from 0; one fold alone has no others, and what is told of it means nothing
 * @param weights how often each pair counts; folds without weight are left out
 */
export function foldAccuracy(
  { order, scores, same }: RankedScores,
  fold: ArrayLike<number>,
  weights?: Float64Array,
): FoldAccuracy {
  const folds = Array.from(fold).reduce((most, index) => Math.max(most, index + 1), 0);
  const sizes = new Float64Array(folds);
  // With the lowest threshold all are called same: the same pairs are right.
  const right = new Float64Array(folds);
  for (const pair of order) {
    const weight = weights?.[pair] ?? 1;
    sizes[fold[pair]!]! += weight;
    if (same[pair]) right[fold[pair]!]! += weight;
  }
  let total = right.reduce((sum, count) => sum + count, 0);
  const best = new Float64Array(folds).fill(-1);
  const [thresholds, own] = [new Float64Array(folds), new Float64Array(folds)];
  for (let place = 0; place < order.length; ) {
    const threshold = scores[order[place]!]!;
    for (let index = 0; index < folds; index++) {
      if (total - right[index]! <= best[index]!) continue;
      best[index] = total - right[index]!;
      thresholds[index] = threshold;
      own[index] = right[index]!;
    }
    for (; place < order.length && scores[order[place]!] === threshold; place++) {
      const pair = order[place]!;
      const change = (same[pair] ? -1 : 1) * (weights?.[pair] ?? 1);
      right[fold[pair]!]! += change;
      total += change;
    }
  }
  const present = [...sizes.keys()].filter((index) => sizes[index]! > 0);
  return {
    accuracies: present.map((index) => own[index]! / sizes[index]!),
    thresholds: present.map((index) => thresholds[index]!),
  };
}
