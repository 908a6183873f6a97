import type { Dataset } from '../../contracts/dataset.ts';
import { metClasses, metClassesSentence } from '../../data/splits/met-classes.ts';

/** Says which roles show training classes again: such scores are easily taken for those of classes never seen. */
export function warnOfMetClasses(dataset: Pick<Dataset, 'split'>, warn: (message: string) => void): void {
  for (const found of metClasses(dataset)) {
    const meaning =
      found.met.length === found.classes
        ? 'This is a closed set: its scores say nothing of classes never seen.'
        : 'Its scores are neither those of a closed nor of an open set.';
    warn(`${metClassesSentence(found)} ${meaning}`);
  }
}
