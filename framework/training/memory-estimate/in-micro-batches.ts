import type { RunSpec } from '../../experiment/spec/spec.ts';

/** Copies the spec with each batch in so many parts; it stays as it is where their number is undefined. */
export function inMicroBatches<S extends Pick<RunSpec, 'train'>>(spec: S, parts: number | undefined): S {
  return parts === undefined ? spec : { ...spec, train: { ...spec.train, accumulate: parts } };
}
