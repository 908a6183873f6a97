import { z, type PostProcessor } from 'ablate-ml';
import { expandByNeighbors } from 'ablate-ml/metrics';

export const options = z.strictObject({
  count: z.number().int().min(1).default(10).describe('neighbors that are added'),
  alpha: z.number().min(0).default(3).describe('power of the cosine that a neighbor is weighed by; 0 weighs all alike'),
});

/** Options of database-augmentation. */
export type DatabaseAugmentationOptions = z.output<typeof options>;

/** Adds to each row of the gallery its nearest other rows. */
export function databaseAugmentation(options: DatabaseAugmentationOptions): PostProcessor {
  return { expands: 'gallery', apply: (rows, searched) => expandByNeighbors(rows, searched!, options) };
}
