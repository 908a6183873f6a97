import type { Dataset, DatasetProvenance, Pairs, Role, Split } from '../../contracts/dataset.ts';
import type { ImageStore } from '../splits/image-store.ts';

/** What makes a data set. */
export interface DatasetParts {
  readonly store: ImageStore;
  readonly splits: readonly Split[];
  readonly provenance: DatasetProvenance;
  readonly pairs?: Pairs;
}

/** Makes the data set over one store; of two splits with one role the later counts. Closing it closes the store. */
export function datasetOf({ store, splits, provenance, pairs }: DatasetParts): Dataset {
  const byRole = new Map<Role, Split>(splits.map((split) => [split.role, split]));
  return {
    imageShape: store.shape,
    trainingShape: store.trainingShape,
    augmented: store.augmented,
    provenance,
    split: (role) => byRole.get(role),
    pairs,
    close: async () => store.close?.(),
  };
}
