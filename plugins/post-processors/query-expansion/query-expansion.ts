import { z, type PostProcessor } from 'ablate-ml';
import { expandByNeighbors } from 'ablate-ml/metrics';

export const options = z.strictObject({
  count: z.number().int().min(1).default(10).describe('neighbors that are added'),
  alpha: z.number().min(0).default(3).describe('power of the cosine that a neighbor is weighed by; 0 weighs all alike'),
});

/** Options of query-expansion. */
export type QueryExpansionOptions = z.output<typeof options>;

/** Adds to each query its nearest rows of the gallery. */
export function queryExpansion(options: QueryExpansionOptions): PostProcessor {
  return { expands: 'queries', apply: (rows, searched) => expandByNeighbors(rows, searched!, options) };
}
