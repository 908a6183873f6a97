import { JournalIndex } from './journal-index.ts';
import { JournalReader } from './journal-reader.ts';
import type { JournalRecord } from './journal-record.ts';

/**
 * The effective history of a run, in order: what happened once, however often the run was stopped and went on. Steps that
 * were trained again from a checkpoint appear as they were trained last.
 *
 * @param file `journal.jsonl` of a run
 * @throws AblateError RUN_FOLDER where the file cannot be read
 */
export function* readJournal(file: string): Generator<JournalRecord> {
  const index = new JournalIndex();
  for (const record of new JournalReader(file).records()) index.add(record);
  for (const record of new JournalReader(file).records()) {
    if (record.type !== 'rewound' && index.counts(record)) yield record;
  }
}
