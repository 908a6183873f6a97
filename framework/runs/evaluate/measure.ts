import type { Evaluation, EvaluationInput, OperatingPoints } from '../../contracts/evaluator.ts';
import { evaluate } from '../../training/engine/evaluate.ts';
import type { Session } from '../../training/engine/session.ts';

/** What was measured of one run or file. */
export interface Measurement {
  /** The run's folder or the file, as it was named. */
  readonly source: string;
  readonly metrics: Evaluation['metrics'];
  readonly intervals: Required<Evaluation>['intervals'];
  /** Thresholds by protocol; absent where no evaluator has any. */
  readonly operatingPoints?: Evaluation['operatingPoints'];
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
    operatingPoints?: Record<string, OperatingPoints>;
    nothing: string[];
    notes: string[];
  } = { metrics: {}, intervals: {}, nothing: [], notes: [] };
  for (const one of evaluators) {
    begin(one.name);
    const { metrics, intervals, operatingPoints, notes } = await evaluate({ evaluators: [one] }, input);
    if (Object.keys(metrics).length === 0) found.nothing.push(one.name);
    Object.assign(found.metrics, metrics);
    Object.assign(found.intervals, intervals);
    if (operatingPoints) found.operatingPoints = { ...found.operatingPoints, ...operatingPoints };
    found.notes.push(...notes);
  }
  return { source, ...found };
}
