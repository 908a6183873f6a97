import type { Dataset, DatasetListing, Role } from '../../contracts/dataset.ts';
import type { InspectionContext } from '../../contracts/plugin.ts';
import { NotFetched } from '../../data/files/download.ts';
import { relabeledDataset } from '../../data/splits/relabeled-dataset.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { inspectPlugin } from '../../plugins/inspect-plugin.ts';
import { makeComponent } from '../../plugins/make-component.ts';

const roles: readonly Role[] = ['train', 'validation', 'test', 'gallery', 'probe', 'distractors', 'pairs'];

/** Where a spec's files are, and who hears of what is odd about them. */
export interface ListingContext {
  readonly catalogue: Catalogue;
  /** Folder of the spec. */
  readonly baseDirectory: string;
  readonly cacheDirectory: string;
  readonly warn: (message: string) => void;
  /** Gets each image as it is read, where the data set is one of image files. */
  readonly examine?: InspectionContext['examine'];
}

/**
 * Lists the images of a run's data set by role, with the classes that the spec chooses. A data set whose files tell it
 * decodes nothing.
 *
 * @throws AblateError as the data set does
 */
export async function listDataset(
  { dataset: use, seed }: Pick<RunSpec, 'dataset' | 'seed'>,
  { catalogue, ...place }: ListingContext,
): Promise<DatasetListing> {
  const entry = await catalogue.load('dataset', use.plugin, place.baseDirectory);
  const found = await inspectPlugin(entry, use.options, { ...place, offline: true }).catch((error: unknown) => {
    if (error instanceof AblateError && error.cause instanceof NotFetched) return undefined;
    throw error;
  });
  if (found) {
    const listed = {
      imageShape: [0, 0, 0],
      provenance: { digest: '', source: '' },
      split: (role: Role) => found.splits.find((split) => split.role === role),
    } as const;
    return { ...found, splits: splitsOf(relabeledDataset(listed, use.class)) };
  }
  const streams = new RandomStreams(seed).scoped('dataset');
  const dataset = await makeComponent(entry, use.options, { ...place, streams });
  try {
    return { splits: splitsOf(relabeledDataset(dataset, use.class)), leftOut: {} };
  } finally {
    await dataset.close?.();
  }
}

const splitsOf = (dataset: Pick<Dataset, 'split'>): DatasetListing['splits'] =>
  roles.flatMap((role) => dataset.split(role) ?? []);
