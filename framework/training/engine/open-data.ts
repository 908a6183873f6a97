import type { Augment } from '../../contracts/augmentation.ts';
import type { Dataset } from '../../contracts/dataset.ts';
import type { Contexts } from '../../contracts/plugin.ts';
import type { Sampler } from '../../contracts/sampler.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { augmentedDataset } from '../../data/images/augmented-dataset.ts';
import { relabeledDataset } from '../../data/splits/relabeled-dataset.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import { makeComponent } from '../../plugins/make-component.ts';
import type { RunContext } from './run-context.ts';
import { trainingSplit } from './training-split.ts';

/** Makes the context that a run's data set is made with. */
export const datasetContext = (
  { baseDirectory, cacheDirectory, signal, decoded, warn }: RunContext,
  streams: RandomStreams,
  augment: Augment | undefined,
): Contexts['dataset'] => ({
  streams: streams.scoped('dataset'),
  augment,
  baseDirectory,
  cacheDirectory,
  signal,
  decoded,
  warn,
});

/** Prepares a run's data set with the class that its spec chooses, its images going through the spec's lists. */
export const preparedDataset = (
  source: Dataset,
  spec: Pick<RunSpec, 'dataset'>,
  augment: Augment | undefined,
  streams: RandomStreams,
): Dataset => augmentedDataset(relabeledDataset(source, spec.dataset.class), augment, streams.scoped('dataset'));

/** Makes the context that a run's sampler is made with. */
export const samplerContext = (spec: RunSpec, streams: RandomStreams, dataset: Dataset): Contexts['sampler'] => ({
  streams: streams.scoped('sampler'),
  split: trainingSplit(dataset),
  batch: spec.train.batch,
});

/**
 * Opens a run's data set alone, its images going through `augment`. The caller closes it.
 *
 * @throws AblateError as the data set does
 */
export async function openDataset(
  spec: RunSpec,
  runContext: RunContext,
  augment: Augment | undefined,
): Promise<Dataset> {
  const streams = new RandomStreams(spec.seed);
  const { plugin, options } = spec.dataset;
  const entry = await runContext.catalogue.load('dataset', plugin, runContext.baseDirectory);
  const source = await makeComponent(entry, options, datasetContext(runContext, streams, augment));
  return preparedDataset(source, spec, augment, streams);
}

/** Makes a run's sampler alone, over a data set of its own. */
export async function openSampler(spec: RunSpec, runContext: RunContext, dataset: Dataset): Promise<Sampler> {
  const { plugin, options } = spec.sampler;
  const entry = await runContext.catalogue.load('sampler', plugin, runContext.baseDirectory);
  return makeComponent(entry, options, samplerContext(spec, new RandomStreams(spec.seed), dataset));
}
