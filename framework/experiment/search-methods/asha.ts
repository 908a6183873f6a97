/** A trial that is to be trained up to a rung. */
export interface AshaDecision {
  readonly trial: number;
  /** From 0. */
  readonly rung: number;
}

/** What came of a decision: a score, more being better; null where it failed; undefined as long as it is under way. */
export type AshaResult = (decision: AshaDecision) => number | null | undefined;

/** How a search decides. */
export interface AshaSettings {
  /** Trials that begin. */
  readonly budget: number;
  /** Of those that have come to a rung, one in so many goes on. */
  readonly reduction: number;
  /** Rungs; the last is a whole training. */
  readonly rungs: number;
}

/**
 * Decides what a free process does next by asynchronous successive halving (Li et al., "A System for Massively Parallel
 * Hyperparameter Tuning", MLSys 2020, algorithm 2): it takes a trial on that is among the best 1/`reduction` of those
 * that have finished their rung, from the highest rung on which there is one; where there is none it begins another
 * trial. Nothing waits for a rung to be complete, so that what is decided depends on the order in which trials come to
 * an end.
 *
 * @param decisions all there were, in their order
 * @returns undefined where there is nothing to do until something ends, or at all
 */
export function nextDecision(
  { budget, reduction, rungs }: AshaSettings,
  decisions: readonly AshaDecision[],
  result: AshaResult,
): AshaDecision | undefined {
  const on = (rung: number): readonly AshaDecision[] => decisions.filter((decision) => decision.rung === rung);
  /**
   * Trials of a rung with a score that are not on the next, the best first, among the best one in `of` that are over.
   */
  const waiting = (rung: number, of: number): AshaDecision[] => {
    const over = on(rung)
      .map((decision) => ({ decision, score: result(decision) }))
      .filter(({ score }) => score !== undefined);
    const best = over
      .filter(({ score }) => score !== null)
      .sort((one, other) => other.score! - one.score! || one.decision.trial - other.decision.trial)
      .slice(0, Math.floor(over.length / of));
    const taken = new Set(on(rung + 1).map(({ trial }) => trial));
    return best.flatMap(({ decision: { trial } }) => (taken.has(trial) ? [] : [{ trial, rung: rung + 1 }]));
  };
  const below = Array.from({ length: rungs - 1 }, (_, index) => rungs - 2 - index);
  for (const rung of below) for (const decision of waiting(rung, reduction)) return decision;
  const begun = new Set(on(0).map(({ trial }) => trial));
  for (let trial = 0; trial < budget; trial++) if (!begun.has(trial)) return { trial, rung: 0 };
  if (
    decisions.some((decision) => result(decision) === undefined) ||
    on(rungs - 1).some((decision) => result(decision) !== null)
  )
    return undefined;
  // Those that went on have all failed: what was next best goes on in their place, so that a search does not end
  // without a choice.
  for (const rung of below) for (const decision of waiting(rung, 1)) return decision;
  return undefined;
}
