import type { RunSpec } from '../../experiment/spec/spec.ts';

/**
 * Writes what of a spec decides how much memory it takes, as one text: runs that share it take the same. In losses and
 * optimizer a number that is not whole is a weight, a margin or a momentum, and no count of anything.
 */
export function memoryKey({
  device,
  threads,
  dataset,
  augment,
  sampler,
  backbone,
  head,
  losses,
  optimizer,
  train,
  evaluate,
}: RunSpec): string {
  const { epochs: _, ...step } = train;
  return JSON.stringify([
    device,
    threads,
    dataset,
    augment,
    sampler,
    backbone,
    head,
    counts(losses),
    counts(optimizer),
    step,
    evaluate,
  ]);
}

/** Writes what runs must share to be estimated by one process: what is measured once in it. */
export function processKey({ device, threads, dataset, augment }: RunSpec): string {
  return JSON.stringify([device, threads, dataset, augment]);
}

const counts = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'number' && !Number.isInteger(inner) ? 0.5 : inner));
