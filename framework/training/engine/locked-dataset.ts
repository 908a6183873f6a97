import type { Dataset } from '../../contracts/dataset.ts';

/** Hides all of a data set but training and validation: a search that saw the test would fit it. */
export function lockedDataset(dataset: Dataset): Dataset {
  return {
    imageShape: dataset.imageShape,
    cachedFrom: dataset.cachedFrom,
    trainingShape: dataset.trainingShape,
    provenance: dataset.provenance,
    split: (role) => (role === 'train' || role === 'validation' ? dataset.split(role) : undefined),
    close: async () => dataset.close?.(),
  };
}
