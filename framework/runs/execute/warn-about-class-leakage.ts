import type { Dataset } from '../../contracts/dataset.ts';
import type { WarningEvent } from '../../contracts/run-event.ts';
import { overlappingClasses, overlapSentence } from '../../data/splits/overlapping-classes.ts';

/** Takes a sentence for the person; a `note` where nothing is wrong. */
export type Warn = (message: string, level?: WarningEvent['level']) => void;

/** Says which roles show training classes again: such scores are easily taken for those of classes never seen. */
export function warnAboutClassLeakage(dataset: Pick<Dataset, 'split'>, warn: Warn): void {
  for (const found of overlappingClasses(dataset)) {
    const overlap = overlapSentence(found);
    if (found.met.length === found.classes)
      warn(`${overlap} This is a closed set: its scores say nothing of classes never seen.`, 'note');
    else warn(`${overlap} Its scores are neither those of a closed nor of an open set.`);
  }
}
