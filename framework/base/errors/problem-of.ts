import { AblateError } from './ablate-error.ts';

/** Tells in one line what went wrong: an AblateError's problem without its remedy, any other error's message. */
export function problemOf(cause: unknown): string {
  if (cause instanceof AblateError) return cause.problem;
  return cause instanceof Error ? cause.message : String(cause);
}
