import type { RunSpec, TrainSpec } from '../spec/spec.ts';

/** Parts that a batch is computed in, as far as they are chosen. */
export const partsOf = ({ accumulate = 1 }: Pick<TrainSpec, 'accumulate'>): number => (accumulate === 'auto' ? 1 : accumulate);

/** The spec with each batch in so many parts; as it is where their number is undefined. */
export function inParts<S extends Pick<RunSpec, 'train'>>(spec: S, parts: number | undefined): S {
  return parts === undefined ? spec : { ...spec, train: { ...spec.train, accumulate: parts } };
}
