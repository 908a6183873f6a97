/** One rung of successive halving. */
export interface Rung {
  /** Epochs after which the trials are compared. */
  readonly epochs: number;
  /** Trials that get there. */
  readonly trials: number;
}

/**
 * Lays out the rungs of successive halving (Jamieson and Talwalkar, AISTATS 2016): of all trials, trained a little, one
 * in `reduction` goes on to `reduction` times the epochs, until the last have all of them. They go on ⌊log_η n⌋ times
 * (Li et al., MLSys 2020, algorithm 1), so that each rung but the last has at least `reduction` trials to choose among.
 *
 * @param budget trials at the start; @param epochs of a whole run; @param minEpochs of the first rung
 */
export function rungsOf(
  budget: number,
  { epochs, reduction, minEpochs }: { readonly epochs: number; readonly reduction: number; readonly minEpochs: number },
): Rung[] {
  const lengths = [epochs];
  while (lengths[0]! > minEpochs && reduction ** lengths.length <= budget) {
    lengths.unshift(Math.max(minEpochs, Math.min(lengths[0]! - 1, Math.round(lengths[0]! / reduction))));
  }
  return lengths.map((length, index) => ({
    epochs: length,
    trials: Math.max(1, Math.floor(budget / reduction ** index)),
  }));
}

/**
 * Finds the indices of the `count` best scores, in the order of the trials; a trial without a score is worse than any.
 */
export function bestOf(scores: readonly (number | undefined)[], count: number): number[] {
  const worth = (index: number): number => scores[index] ?? -Infinity;
  return [...scores.keys()]
    .sort((a, b) => worth(b) - worth(a) || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
}
