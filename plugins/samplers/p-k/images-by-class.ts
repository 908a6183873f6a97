import { AblateError, type Split } from 'ablate-ml';

const shown = 5;

/**
 * Lists the indices of the images of each class that has any, in order of class. Images labeled −1 belong to none.
 *
 * @throws AblateError DATA_INVALID naming the classes with fewer than `least` images, where those are refused
 */
export function imagesByClass(
  { labels, classNames }: Split,
  least: number,
  fewImages: 'refuse' | 'oversample',
): number[][] {
  const images: number[][] = classNames.map(() => []);
  labels.forEach((label, index) => images[label]?.push(index));
  const few = images.flatMap(({ length }, label) =>
    length > 0 && length < least ? [`${classNames[label]} (${length})`] : [],
  );
  if (few.length > 0 && fewImages === 'refuse') {
    const more = few.length > shown ? ` and ${few.length - shown} more` : '';
    throw new AblateError(
      'DATA_INVALID',
      `The sampler p-k needs ${least} images of each class; ${few.length} classes have fewer: ${few.slice(0, shown).join(', ')}${more}.`,
      {
        remedy:
          'Set sampler.p-k.fewImages to oversample to repeat their images, lower sampler.p-k.imagesPerClass, or leave these classes out of the training split.',
      },
    );
  }
  return images.filter(({ length }) => length > 0);
}
