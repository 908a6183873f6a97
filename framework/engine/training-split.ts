import type { Dataset, Split } from '../contracts/dataset.ts';
import { AblateError } from '../errors/ablate-error.ts';

/**
 * The split that training reads.
 *
 * @throws AblateError DATA_INVALID where the data set has none
 */
export function trainingSplit(dataset: Dataset): Split {
  const split = dataset.split('train');
  if (split && split.length > 0) return split;
  throw new AblateError('DATA_INVALID', 'The data set has no training images.', { remedy: 'Give it a split with role "train"; a share of few images may come to none.' });
}

/** Images of each of a split's classes. */
export function classSizes({ labels, classNames }: Split): Int32Array {
  const sizes = new Int32Array(classNames.length);
  for (const label of labels) if (label >= 0) sizes[label]!++;
  return sizes;
}
