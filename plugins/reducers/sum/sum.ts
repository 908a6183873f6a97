import type { Reducer } from 'ablate-ml';

/** Sum of the losses. */
export function sum(): Reducer {
  return { weigh: ({ counts }) => ({ weights: counts }) };
}
