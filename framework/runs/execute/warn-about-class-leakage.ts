import type { Dataset } from '../../contracts/dataset.ts';
import { overlappingClasses, overlapSentence } from '../../data/splits/overlapping-classes.ts';

/** Says which roles show training classes again: such scores are easily taken for those of classes never seen. */
export function warnAboutClassLeakage(dataset: Pick<Dataset, 'split'>, warn: (message: string) => void): void {
  for (const found of overlappingClasses(dataset)) {
    const meaning =
      found.met.length === found.classes
        ? 'This is a closed set: its scores say nothing of classes never seen.'
        : 'Its scores are neither those of a closed nor of an open set.';
    warn(`${overlapSentence(found)} ${meaning}`);
  }
}
