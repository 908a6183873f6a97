import { meaningsOf, type DeclaredMetrics } from '../../plugins/metric-meanings.ts';
import type { FaultList } from './fault-list.ts';
import type { Place } from './spec-node.ts';
import { usualMetrics } from './usual-metrics.ts';

/** Which way a metric is better. */
type Mode = 'max' | 'min';

/** A metric by which something is chosen, as a spec has it. */
export interface DecidingMetric {
  /** `validation/accuracy`; null for the first of the usual ones. */
  readonly metric: string | null;
  readonly mode?: Mode | undefined;
  /** Whether a `mode` that is left out has a default of its own. */
  readonly hasDefault?: boolean;
  /** Path of `mode`, for faults. */
  readonly path: string;
  /** Where `mode` stands, or what it would stand in. */
  readonly place: Place;
}

/**
 * Finds which way a metric is better: what its evaluator says, or what the spec says of one that its evaluator leaves
 * open. A `mode` that contradicts the evaluator is a fault, since the worst would be chosen; so is none at all where
 * nobody knows.
 *
 * @param declared what the run's evaluators declare
 * @returns undefined where there is a fault
 */
export function metricMode(
  { metric, mode, hasDefault, path, place }: DecidingMetric,
  declared: readonly DeclaredMetrics[],
  faults: FaultList,
): Mode | undefined {
  const meaningOf = meaningsOf(declared);
  const name = metric ?? usualMetrics.find((usual) => meaningOf(usual)) ?? usualMetrics[0];
  const better = meaningOf(name)?.better;
  if (better === 'higher' || better === 'lower') {
    const said = better === 'higher' ? 'max' : 'min';
    if (mode === undefined || mode === said) return said;
    faults.add(place, {
      path,
      message: `found ${mode}, and ${better === 'higher' ? 'more' : 'less'} of ${name} is better, as its evaluator says: the worst would be chosen`,
      remedy: `Write mode: ${said}${hasDefault ? '' : ', or leave it out'}`,
    });
    return undefined;
  }
  if (mode !== undefined) return mode;
  // Where all evaluators declare their metrics, and none has this one, it is not there: the run names those that are.
  if (better === undefined && (metric === null || !declared.includes(undefined))) return 'max';
  faults.add(place, {
    path,
    message: `whether more or less of ${name} is better, its evaluator does not say`,
    remedy: 'Write mode: max, or mode: min, beside metric',
  });
  return undefined;
}
