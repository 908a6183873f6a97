import type { TrainSpec } from './spec.ts';

/** Parts that a batch is computed in; whole as long as `auto` has not been chosen, which whoever begins a run does. */
export const partsOf = ({ accumulate = 1 }: Pick<TrainSpec, 'accumulate'>): number =>
  accumulate === 'auto' ? 1 : accumulate;
