import type { Evaluation, EvaluationInput } from '../../contracts/evaluator.ts';
import { evaluate } from '../../training/engine/evaluate.ts';
import type { Session } from '../../training/engine/session.ts';

/** What was measured of one run or file. */
export interface Measurement {
  /** The run's folder or the file, as it was named. */
  readonly source: string;
  readonly metrics: Evaluation['metrics'];
  readonly intervals: Required<Evaluation>['intervals'];
  /** Names of evaluators that found nothing to measure. */
  readonly nothing: readonly string[];
  /** What they left out and why, a sentence each. */
  readonly notes: readonly string[];
}

/** Lets evaluators measure one after another; `begin` hears whose turn it is. */
export async function measure(
  source: string,
  evaluators: Session['evaluators'],
  input: EvaluationInput,
  begin: (evaluator: string) => void,
): Promise<Measurement> {
  const found: {
    metrics: Record<string, number>;
    intervals: Record<string, readonly [number, number]>;
    nothing: string[];
    notes: string[];
  } = { metrics: {}, intervals: {}, nothing: [], notes: [] };
  for (const one of evaluators) {
    begin(one.name);
    const { metrics, intervals, notes } = await evaluate({ evaluators: [one] }, input);
    if (Object.keys(metrics).length === 0) found.nothing.push(one.name);
    Object.assign(found.metrics, metrics);
    Object.assign(found.intervals, intervals);
    found.notes.push(...notes);
  }
  return { source, ...found };
}
