import type { TrainSpec } from './spec.ts';

type Accumulating = Pick<TrainSpec, 'accumulate'>;

/**
 * Counts the parts that a batch is computed in; whole as long as `auto` has not been chosen, which whoever begins a run
 * does.
 */
export const microBatchCount = ({ accumulate = 1 }: Accumulating): number =>
  typeof accumulate === 'object' ? accumulate.parts : accumulate === 'auto' ? 1 : accumulate;

/** Tells whether the losses see the whole batch although it is computed in parts. */
export const isExact = ({ accumulate }: Accumulating): boolean => typeof accumulate === 'object' && accumulate.exact;

/** Counts the parts that the losses see of a batch. */
export const lossBatchCount = (train: Accumulating): number => (isExact(train) ? 1 : microBatchCount(train));
