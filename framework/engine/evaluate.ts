import type { Evaluation, EvaluationInput } from '../contracts/evaluator.ts';
import type { Session } from './session.ts';

/** Puts the findings of all evaluators on one role together. */
export async function evaluate(
  session: Pick<Session, 'evaluators'>,
  input: EvaluationInput,
): Promise<Required<Evaluation>> {
  const all = { metrics: {}, intervals: {}, curves: {}, notes: [] as string[] };
  for (const { evaluator } of session.evaluators) {
    const { metrics, intervals, curves, notes = [] } = await evaluator.evaluate(input);
    Object.assign(all.metrics, metrics);
    Object.assign(all.intervals, intervals);
    Object.assign(all.curves, curves);
    all.notes.push(...notes);
  }
  return all;
}
