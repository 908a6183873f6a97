import { inspect } from 'node:util';
import type { Evaluation, EvaluationInput, OperatingPoints } from '../../contracts/evaluator.ts';
import type { Session } from './session.ts';

/** What all evaluators found together. */
type Found = Required<Omit<Evaluation, 'operatingPoints'>> &
  Pick<Evaluation, 'operatingPoints'> & { readonly nothing: readonly string[] };

/**
 * Puts the findings of all evaluators on one role together. What is no finite number is no metric, and left out with a
 * note.
 *
 * @returns also the names of evaluators that found nothing to measure
 */
export async function evaluate(session: Pick<Session, 'evaluators'>, input: EvaluationInput): Promise<Found> {
  const all = {
    metrics: {},
    intervals: {},
    curves: {},
    notes: [] as string[],
    nothing: [] as string[],
  };
  const thresholds: Record<string, OperatingPoints> = {};
  for (const { name, evaluator } of session.evaluators) {
    const { metrics, intervals, curves, operatingPoints, notes = [] } = await evaluator.evaluate(input);
    const found: readonly [string, unknown][] = Object.entries(metrics);
    const others = found.filter(([, value]) => !Number.isFinite(value));
    const numbers = Object.fromEntries(found.filter(([, value]) => Number.isFinite(value)));
    if (Object.keys(metrics).length === 0) all.nothing.push(name);
    all.notes.push(
      ...others.map(
        ([metric, value]) =>
          `The evaluator "${name}" gives ${metric} the value ${inspect(value)}, which is no number: it is left out.`,
      ),
    );
    Object.assign(all.metrics, numbers);
    Object.assign(all.intervals, intervals);
    Object.assign(all.curves, curves);
    Object.assign(thresholds, operatingPoints);
    all.notes.push(...notes);
  }
  return { ...all, ...(Object.keys(thresholds).length > 0 && { operatingPoints: thresholds }) };
}
