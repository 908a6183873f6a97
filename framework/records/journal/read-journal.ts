import { JournalIndex } from './journal-index.ts';
import { JournalReader } from './journal-reader.ts';
import type { JournalRecord } from './journal-record.ts';

/**
 * Reads the effective history of a run, in order: what happened once, however often the run was stopped and went on.
 * Steps that were trained again from a checkpoint appear as they were trained last.
 *
 * @param file `journal.jsonl` of a run
 * @param onDamaged is told of lines that are no records, and of how many, once the end is reached; they are left out
 * @throws AblateError RUN_FOLDER where the file cannot be read
 */
export function* readJournal(file: string, onDamaged?: (lines: number) => void): Generator<JournalRecord> {
  const index = new JournalIndex();
  for (const record of new JournalReader(file).records()) index.add(record);
  const reader = new JournalReader(file);
  for (const record of reader.records()) {
    if (record.type !== 'rewound' && index.counts(record)) yield record;
  }
  if (reader.damaged > 0) onDamaged?.(reader.damaged);
}

/** Tells of lines of a journal that are no records. */
export const damagedWords = (lines: number): string =>
  `${lines === 1 ? 'One line' : `${lines} lines`} of the journal ${lines === 1 ? 'is' : 'are'} damaged and left out.`;
