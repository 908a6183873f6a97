import type { Miner } from 'ablate-ml';

/** Chooses every pair, and so every triplet. */
export function batchAll(): Miner {
  return { mine: ({ positive, negative }) => ({ positive, negative }) };
}
