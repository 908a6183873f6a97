import { AblateError, type Split } from 'ablate-ml';

/** Images of the classes that have any, one class after the other. */
export interface ClassGroups {
  /** Indices into the split. */
  readonly images: Int32Array;
  /** Where each class begins in `images`. */
  readonly starts: Int32Array;
  /** How many images it has. */
  readonly sizes: Int32Array;
}

/**
 * Sorts images by class; those of no class are left out. Flat, so that millions of images and classes take a few bytes
 * each.
 *
 * @throws AblateError DATA_INVALID where no image has a class
 */
export function groupedByClass({ labels, classNames }: Split): ClassGroups {
  const counts = new Int32Array(classNames.length);
  for (const label of labels) if (label >= 0) counts[label]!++;
  const classes = Int32Array.from(counts.keys()).filter((label) => counts[label]! > 0);
  if (classes.length === 0)
    throw new AblateError('DATA_INVALID', 'The sampler class-balanced draws classes, and no training image has one.');
  let next = 0;
  const starts = classes.map((label) => {
    const start = next;
    next += counts[label]!;
    return start;
  });
  const places = new Int32Array(counts.length);
  classes.forEach((label, group) => (places[label] = starts[group]!));
  const images = new Int32Array(next);
  labels.forEach((label, index) => {
    if (label >= 0) images[places[label]!++] = index;
  });
  return { images, starts, sizes: classes.map((label) => counts[label]!) };
}
