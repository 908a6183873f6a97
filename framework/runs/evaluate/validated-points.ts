import type { Evaluation } from '../../contracts/evaluator.ts';
import { readJournal } from '../../records/journal/read-journal.ts';
import type { PastRun } from './read-run.ts';

/** Reads the thresholds that a run's last validation at `step` chose; undefined where it chose none. */
export function validatedPoints({ folder }: PastRun, step: number): Evaluation['operatingPoints'] {
  let found: Evaluation['operatingPoints'];
  for (const record of readJournal(folder.journal))
    if (record.type === 'evaluated' && record.role === 'validation' && record.step === step)
      found = record.operatingPoints;
  return found;
}
