import type { Distance } from './distance.ts';
import type { Miner } from './miner.ts';
import type { Reducer } from './reducer.ts';

/** What a pair loss is made of. */
export interface PairParts {
  readonly distance: Distance;
  readonly miner: Miner;
  readonly reducer: Reducer;
}
