import { errorCodes, type ErrorCode } from '../../base/errors/codes.ts';
import type { RunOutcome } from '../../runs/plan/run-outcome.ts';

/** Chooses the exit code of some runs: 0 where none failed, 2 where bad input alone kept them from training, else 1. */
export function outcomeCode(outcomes: readonly Pick<RunOutcome, 'status' | 'error'>[]): number {
  const codes = outcomes.flatMap(({ status, error }) =>
    status === 'failed' ? [errorCodes[error?.code as ErrorCode]?.exit ?? 1] : [],
  );
  if (codes.length === 0) return 0;
  return codes.every((code) => code === 2) ? 2 : 1;
}
