import type { Dataset, ImageShape, Split } from '../../contracts/dataset.ts';
import { noTrainingImages } from '../../data/images/no-training-images.ts';

/**
 * Gives the split that training reads.
 *
 * @throws AblateError DATA_INVALID where the data set has none
 */
export function trainingSplit(dataset: Dataset): Split {
  const split = dataset.split('train');
  if (split && split.length > 0) return split;
  throw noTrainingImages();
}

/** Gives the shape of the images of training. */
export const trainingShape = ({ imageShape, trainingShape: own }: Dataset): ImageShape => own ?? imageShape;

/** Counts the images of each of a split's classes: `[classes]`. */
export function classCounts({ labels, classNames }: Split): Int32Array {
  const sizes = new Int32Array(classNames.length);
  for (const label of labels) if (label >= 0) sizes[label]!++;
  return sizes;
}
