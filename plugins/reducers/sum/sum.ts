import type { Reducer } from 'ablate-ml';

/** Adds the losses up. */
export function sum(): Reducer {
  return { weigh: ({ counts }) => ({ weights: counts }) };
}
