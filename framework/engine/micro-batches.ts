import type { TrainSpec } from '../spec/spec.ts';
import type { BatchData } from './differentiate.ts';

/** Parts that a batch is computed in; whole as long as `auto` has not been chosen, which whoever begins a run does. */
export const partsOf = ({ accumulate = 1 }: Pick<TrainSpec, 'accumulate'>): number => (accumulate === 'auto' ? 1 : accumulate);

/** A batch in `count` parts of neighbours, as equal as can be and none empty; without copying. */
export function microBatches({ pixels, labels }: BatchData, count: number): BatchData[] {
  const images = labels.length;
  const parts = Math.min(count, images);
  const size = pixels.length / images;
  return Array.from({ length: parts }, (_, index) => {
    const [begin, end] = [Math.floor((index * images) / parts), Math.floor(((index + 1) * images) / parts)];
    return { pixels: pixels.subarray(begin * size, end * size), labels: labels.subarray(begin, end) };
  });
}
