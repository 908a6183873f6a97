import type { Evaluation, EvaluationInput } from '../contracts/evaluator.ts';
import type { Session } from './session.ts';

/** All evaluators on one role, their findings put together. */
export async function evaluate(session: Pick<Session, 'evaluators'>, input: EvaluationInput): Promise<Required<Evaluation>> {
  const all = { metrics: {}, intervals: {}, curves: {} };
  for (const { evaluator } of session.evaluators) {
    const found = await evaluator.evaluate(input);
    Object.assign(all.metrics, found.metrics);
    Object.assign(all.intervals, found.intervals);
    Object.assign(all.curves, found.curves);
  }
  return all;
}
